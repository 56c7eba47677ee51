"""Writes FRED's graph CSV, in its old and its new format, and the Treasury's daily par yields.

Belongs here: the documents, the days of each, blank rows of holidays, decimals. Does not belong here:
values (`simulate_rates.py`, `simulate_markets.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from orchestration.sample.calendars import weekdays
from orchestration.sample.documents import Document
from orchestration.sample.reproducible import Noise, whole
from orchestration.sample.simulate_rates import LAST_DAY, Path

FIRST_VINTAGE = dt.date(2026, 1, 15)
SECOND_VINTAGE = dt.date(2026, 6, 18)
OLD_FORM_VINTAGE = dt.date(2024, 1, 31)

DECIMALS = {
    "SP500": 2,
    "NASDAQCOM": 2,
    "DTWEXBGS": 4,
    "NFCI": 5,
    "STLFSI4": 4,
    "RRPONTSYD": 3,
    "WALCL": 0,
    "WRESBAL": 0,
    "WDTGAL": 0,
    "TREAST": 0,
    "MVMTD027MNFRBDAL": 1,
}
"""Decimals of a printed value; two for all others."""

# Days between an observation and the day on whose evening it is published.
_LAG = {"T10Y2Y": 0, "T10Y3M": 0, "T10YIE": 0, "RRPONTSYD": 0, "IORB": -4, "NFCI": 5, "STLFSI4": 5}
_ROLLING_YEARS = {"SP500": 10}
_EVERY_DAY = frozenset({"DFF", "IORB", "CBBTCUSD"})
_SPARSE = frozenset(
    {"NFCI", "STLFSI4", "WALCL", "WRESBAL", "WDTGAL", "TREAST", "MVMTD027MNFRBDAL", "BAMLH0A0HYM2", *_EVERY_DAY}
)
"""Series that have no row on a day without a value."""

_TENORS = (
    "1 Mo",
    "1.5 Month",
    "2 Mo",
    "3 Mo",
    "4 Mo",
    "6 Mo",
    "1 Yr",
    "2 Yr",
    "3 Yr",
    "5 Yr",
    "7 Yr",
    "10 Yr",
    "20 Yr",
    "30 Yr",
)
_SIX_WEEK_BILL_SINCE = dt.date(2025, 2, 18)
_TREASURY_ADDRESS = (
    "https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/{year}/all"
    "?type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv"
)


def fred_documents(seed: int, series: Mapping[str, Path]) -> Iterator[Document]:
    """Write every series as FRED serves it on 2026-06-18, and some as served earlier.

    Args:
        seed: of the simulation, for the revisions.
        series: values by series and day, in the smallest unit printed.
    """
    for series_id, path in sorted(series.items()):
        if series_id == "BAMLH0A0HYM2":
            yield graph_csv(series_id, path, FIRST_VINTAGE, note="full history, before the publisher cut it")
            window = {day: value for day, value in path.items() if day > _years_before(SECOND_VINTAGE, 3)}
            yield graph_csv(series_id, window, SECOND_VINTAGE, note="the publisher now serves three years")
        elif series_id in _ROLLING_YEARS:
            years = _ROLLING_YEARS[series_id]
            for vintage in (FIRST_VINTAGE, SECOND_VINTAGE):
                window = {day: value for day, value in path.items() if day > _years_before(vintage, years)}
                yield graph_csv(series_id, window, vintage, note=f"rolling window of {years} years")
        elif series_id in ("NFCI", "DTWEXBGS"):
            yield graph_csv(series_id, path, FIRST_VINTAGE)
            revised = _reestimated(seed, path) if series_id == "NFCI" else _reweighted(seed, path)
            yield graph_csv(series_id, revised, SECOND_VINTAGE, note="a second vintage: the past is revised")
        elif series_id == "CBBTCUSD":
            window = {day: value for day, value in path.items() if day > _years_before(OLD_FORM_VINTAGE, 5)}
            yield graph_csv_of_old(series_id, window, OLD_FORM_VINTAGE)
            yield graph_csv(series_id, path, SECOND_VINTAGE)
        else:
            yield graph_csv(series_id, path, SECOND_VINTAGE)


def graph_csv(series_id: str, path: Path, vintage: dt.date, note: str = "") -> Document:
    """Write one series in the new format: `observation_date`, and a blank for a missing value."""
    last = _last_observation(series_id, vintage)
    lines = [f"observation_date,{series_id}"]
    lines += [f"{day},{_value(series_id, path.get(day))}" for day in _rows(series_id, path) if day <= last]
    return _document(series_id, vintage, lines, note)


def graph_csv_of_old(series_id: str, path: Path, vintage: dt.date) -> Document:
    """Write one daily series in FRED's old format: `DATE`, and a dot for a missing value."""
    last = _last_observation(series_id, vintage)
    first = min(path)
    lines = [f"DATE,{series_id}"]
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        text = _value(series_id, path.get(day))
        lines.append(f"{day},{text.rstrip('0').removesuffix('.') or '.'}")
    return _document(series_id, vintage, lines, 'old header DATE, missing value "."')


def par_yields(rates: Mapping[str, Path], year: int, as_of: dt.date) -> Document:
    """Write the Treasury's par yield curve of a year: newest first, no rows of holidays, no final line end."""
    lines = ["Date," + ",".join(f'"{tenor}"' for tenor in _TENORS)]
    for day in sorted((day for day in rates["DGS10"] if day.year == year), reverse=True):
        curve = _curve({series_id: rates[series_id][day] for series_id in _CURVE_POINTS})
        if day < _SIX_WEEK_BILL_SINCE:
            curve[1] = None
        lines.append(f"{day:%m/%d/%Y}," + ",".join(_value("DGS10", value) for value in curve))
    path = f"treasury/{as_of}/daily-treasury-rates-{year}.csv"
    body = "\n".join(lines).encode("ascii")
    return Document(path, "treasury", _TREASURY_ADDRESS.format(year=year), as_of, body)


_CURVE_POINTS = {"DGS1MO": 1, "DGS3MO": 3, "DGS2": 24, "DGS5": 60, "DGS10": 120, "DGS30": 360}
_CURVE_MONTHS = (1, 1.5, 2, 3, 4, 6, 12, 24, 36, 60, 84, 120, 240, 360)


def _curve(known: Mapping[str, int]) -> list[int | None]:
    """Fill the tenors between the simulated ones with straight lines."""
    points = sorted((months, known[series_id]) for series_id, months in _CURVE_POINTS.items())
    found: list[int | None] = []
    for months in _CURVE_MONTHS:
        below = max(point for point in points if point[0] <= months)
        above = min(point for point in points if point[0] >= months)
        way = (months - below[0]) / (above[0] - below[0]) if above[0] > below[0] else 0.0
        found.append(whole(below[1] + (above[1] - below[1]) * way))
    return found


def _rows(series_id: str, path: Path) -> Sequence[dt.date]:
    """The days that have a row: every weekday for most series, holidays included."""
    if series_id in _SPARSE:
        return sorted(path)
    return weekdays(min(path) if series_id in ("SOFR", *_ROLLING_YEARS) else dt.date(min(path).year, 1, 1), max(path))


def _last_observation(series_id: str, vintage: dt.date) -> dt.date:
    if series_id == "DTWEXBGS":
        # Published on Monday, for the week that ended on Friday.
        return vintage - dt.timedelta(days=vintage.weekday() + 3)
    return vintage - dt.timedelta(days=_LAG.get(series_id, 1))


def _years_before(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year - years)


def _value(series_id: str, value: int | None) -> str:
    if value is None:
        return ""
    decimals = DECIMALS.get(series_id, 2)
    sign, size = ("-", -value) if value < 0 else ("", value)
    if not decimals:
        return f"{sign}{size}"
    return f"{sign}{size // 10**decimals}.{size % 10**decimals:0{decimals}d}"


def _document(series_id: str, vintage: dt.date, lines: Sequence[str], note: str) -> Document:
    address = f"https://fred.stlouisfed.org/graph/fredgraph.csv?id={series_id}"
    body = "".join(line + "\n" for line in lines).encode("ascii")
    return Document(f"fred/{vintage}/{series_id}.csv", "fred", address, vintage, body, note)


def _reestimated(seed: int, path: Path) -> Path:
    """Every value moves a little, as when an index is re-estimated each week."""
    noise = Noise(seed, "second vintage", "NFCI")
    return {
        day: value + whole(noise.uniform(100, 1_200)) * (1 if noise.uniform(0, 1) < 0.5 else -1)
        for day, value in path.items()
    }


def _reweighted(seed: int, path: Path) -> Path:
    """The newer half moves, as when an index gets the weights of a new year."""
    noise = Noise(seed, "second vintage", "DTWEXBGS")
    since = dt.date(2020, 1, 2)
    span = (LAST_DAY - since).days
    return {
        day: value + (0 if day < since else whole(3_500 * (day - since).days / span * noise.uniform(0.6, 1.2)))
        for day, value in path.items()
    }
