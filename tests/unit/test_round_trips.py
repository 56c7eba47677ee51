"""Figures written in a publisher's layout come back as they were: the same keys, to the last digit, and no more."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.sources import fred, treasury
from orchestration.sources.crypto import binance
from orchestration.sources.tic import slt
from orchestration.sources.tic.countries import known_names
from tests.unit import crypto_documents, tic_documents

# ---------------------------------------------------------------- TIC

CLOSING = (
    ("Grand Total", "99996"),
    ("Of Which: Foreign Official", "99990"),
    ("Of Which: Foreign Non-Official", "99991"),
)
_codes = known_names().drop_duplicates("country_code").set_index("country_code")["published_name"]
COUNTRIES = [(str(name), str(code)) for code, name in _codes.items() if str(code) not in {code for _, code in CLOSING}]
MISSING = "n.a."
cells = st.one_of(st.integers(-(10**7), 10**7).map(str), st.just(MISSING))
month_ends = st.integers(2012 * 12, 2035 * 12).map(lambda number: (number // 12, number % 12 + 1))


def months_back(newest: tuple[int, int], count: int) -> list[str]:
    last = newest[0] * 12 + newest[1] - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(last, last - count, -1)]


def printed(value: float) -> str:
    return MISSING if np.isnan(value) else f"{Decimal(repr(value)).normalize():f}"


def padded(rows: Sequence[Sequence[str]], ends: str, padding: int) -> bytes:
    """Cells with what a report writer puts around them: line ends, blanks, quotes where there is a comma."""
    lines = []
    for row in rows:
        quoted = [f'"{cell}"' if "," in cell else cell for cell in row]
        lines.append("\t".join(f"{cell}{' ' * padding}" for cell in quoted) + "\t" * padding)
    return "".join(line + ends for line in lines).encode()


layouts = st.tuples(st.sampled_from(["\r\n", "\n", "\r"]), st.integers(0, 3))
thousands = st.booleans()


@st.composite
def long_tables(draw: st.DrawFn, names: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """Rows of a table with a row a country and month, and its header; columns in any order."""
    months = months_back(draw(month_ends), draw(st.integers(1, 4)))
    holders = [*draw(st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=4, unique=True)), *CLOSING]
    figures = draw(st.permutations(list(names[3:])))
    rows = [[name, code, month, *(draw(cells) for _ in figures)] for name, code in holders for month in months]
    return rows, [*names[:3], *figures]


@pytest.mark.parametrize(
    ("dataset", "title", "names", "meanings"),
    [
        ("slt_table3", "Table 3: U.S. Treasury Securities", tic_documents.TABLE_3_NAMES, slt.TABLE_3),
        ("slt_table1", "Table 1: U.S. Long-Term Securities", tic_documents.TABLE_1_NAMES, slt.TABLE_1),
    ],
)
@given(data=st.data(), layout=layouts, with_commas=thousands)
def test_a_table_of_countries_and_months(
    dataset: str,
    title: str,
    names: Sequence[str],
    meanings: dict[str, tuple[str, str, str]],
    data: st.DataObject,
    layout: tuple[str, int],
    with_commas: bool,
) -> None:
    rows, header = data.draw(long_tables(names))
    shown = [
        [*row[:3], *(f"{int(cell):,}" if with_commas and cell != MISSING else cell for cell in row[3:])] for row in rows
    ]
    preamble = [[title], ["Millions of dollars"], ["Country", "Code", "Date"], header]
    frame = tic_documents.parse(dataset, padded([*preamble, *shown, ["Notes:"], ["1/ A note"]], *layout))
    found = {
        (row.country_code, f"{row.month_end:%Y-%m}", (row.security_type, row.instrument, row.measure)): printed(
            row.value
        )
        for row in frame.itertuples()
    }
    expected = {
        (row[1], row[2], meanings[name]): cell for row in rows for name, cell in zip(header[3:], row[3:], strict=True)
    }
    assert found == {key: "0" if cell == "-0" else cell for key, cell in expected.items()}
    assert len(frame) == len(expected)
    assert frame["month_end"].dt.is_month_end.all()


OFFICIAL_ROWS = {
    "Of Which: Foreign Official": "total",
    "Of Which: Foreign Official Treasury Bills": "bills",
    "Of Which: Foreign Official T-Bonds & Notes": "long_term",
}
tenths = st.one_of(st.integers(0, 10**6).map(lambda number: f"{number / 10:.1f}"), st.sampled_from([MISSING, "*"]))


@given(data=st.data(), newest=month_ends, layout=layouts)
def test_the_table_of_major_holders(data: st.DataObject, newest: tuple[int, int], layout: tuple[str, int]) -> None:
    months = months_back(newest, data.draw(st.integers(1, 13)))
    holders = data.draw(st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=5, unique=True))
    names = [*(name for name, _ in holders), "Grand Total", *OFFICIAL_ROWS]
    rows = [[name, *(data.draw(tenths) for _ in months)] for name in names]
    preamble = [
        ["Table 5: Major Foreign Holders of Treasury Securities"],
        ["Billions of dollars"],
        ["Country", *months],
    ]
    frame = tic_documents.parse("slt_table5", padded([*preamble, *rows, ["Notes:"], ["A note"]], *layout))
    codes = dict(holders) | {"Grand Total": "99996"}
    expected = {
        (codes.get(row[0], "99990"), OFFICIAL_ROWS.get(row[0], "total"), month): cell
        for row in rows
        for month, cell in zip(months, row[1:], strict=True)
    }
    found = {
        (row.country_code, row.instrument, f"{row.month_end:%Y-%m}"): f"{row.value:.1f}"
        if pd.isna(row.value_note)
        else row.value_note
        for row in frame.itertuples()
    }
    assert found == expected
    assert len(frame) == len(expected)


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@given(data=st.data(), first=st.integers(2012, 2024), years=st.integers(1, 3), layout=layouts)
def test_the_history_of_the_major_holders(data: st.DataObject, first: int, years: int, layout: tuple[str, int]) -> None:
    holders = data.draw(st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=3, unique=True))
    names = [*(name for name, _ in holders), "Grand Total", "For. Official", "Treasury Bills", "T-Bonds & Notes"]
    parts = dict(zip(names[-3:], ("total", "bills", "long_term"), strict=True))
    codes = dict(holders) | {"Grand Total": "99996"}
    newest_month = data.draw(st.integers(1, 12))
    lines = [["", "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES"], ["", "(in billions of dollars)"]]
    expected = {}
    for year in range(first + years - 1, first - 1, -1):
        shown = MONTHS[: newest_month if year == first + years - 1 else 12][::-1]
        lines += [["", *shown], ["Country", *[str(year)] * len(shown)], ["", *["------"] * len(shown)]]
        for name in names:
            row = [data.draw(tenths) for _ in shown]
            lines.append([name, *row])
            for month, cell in zip(shown, row, strict=True):
                key = (codes.get(name, "99990"), parts.get(name, "total"), f"{year}-{MONTHS.index(month) + 1:02d}")
                expected[key] = cell
    lines += [["Department of the Treasury/Federal Reserve Board"]]
    frame = tic_documents.parse("mfhhis01", padded(lines, *layout))
    found = {
        (row.country_code, row.instrument, f"{row.month_end:%Y-%m}"): f"{row.value:.1f}"
        if pd.isna(row.value_note)
        else row.value_note
        for row in frame.itertuples()
    }
    assert found == expected
    assert len(frame) == len(expected)


# ---------------------------------------------------------------- FRED

dates = st.lists(st.dates(dt.date(1913, 1, 1), dt.date(2199, 12, 31)), min_size=1, max_size=20, unique=True).map(sorted)
figures = st.one_of(
    st.decimals(-(10**9), 10**9, places=4, allow_nan=False).map(str),
    st.integers(-(10**12), 10**12).map(str),
    st.sampled_from(["", "."]),
)
NOW = dt.datetime(2199, 12, 31, tzinfo=dt.UTC)


def same(found: Sequence[float], cells: Sequence[str]) -> bool:
    return [None if np.isnan(value) else value for value in found] == [
        None if cell in ("", ".") else float(cell) for cell in cells
    ]


@given(days=dates, data=st.data(), head=st.sampled_from(["observation_date,X", "DATE,X", "DATE,VALUE"]))
def test_the_csv_of_a_series(days: list[dt.date], data: st.DataObject, head: str) -> None:
    cells = [data.draw(figures) for _ in days]
    ends = data.draw(st.sampled_from(["\n", "\r\n"]))
    body = "".join(line + ends for line in [head, *(f"{day},{cell}" for day, cell in zip(days, cells, strict=True))])
    frame = fred.parse("X", body.encode(), NOW)
    assert frame["date"].dt.date.tolist() == days
    assert same(frame["value"].tolist(), cells)
    assert frame["line_number"].tolist() == list(range(2, len(days) + 2))
    assert frame["realtime_start"].isna().all()


@given(days=dates, data=st.data())
def test_the_answer_of_the_api(days: list[dt.date], data: st.DataObject) -> None:
    rows: list[dict[str, str]] = []
    for day in days:
        for start in data.draw(st.lists(st.dates(), min_size=1, max_size=3, unique=True)):
            end = data.draw(st.dates(min_value=start))
            rows.append({"realtime_start": f"{start}", "realtime_end": f"{end}", "date": f"{day}"})
    values = [data.draw(figures) for _ in rows]
    rows = [row | {"value": value or "."} for row, value in zip(rows, values, strict=True)]
    answer = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31", "units": "lin", "output_type": 1}
    answer |= {"count": len(rows), "offset": 0, "limit": 100_000, "observations": rows}
    frame = fred.parse("X", json.dumps(answer).encode(), NOW)
    assert same(frame["value"].tolist(), values)
    for name in ("date", "realtime_start", "realtime_end"):
        assert frame[name].to_numpy().astype("datetime64[D]").astype(str).tolist() == [row[name] for row in rows]


# ---------------------------------------------------------------- Treasury

TENORS = ["1 Mo", "1.5 Month", *treasury.TENORS_OF_ALL_YEARS, "20 Yr", "30 Yr"]
yields = st.integers(-200, 2000).map(lambda number: f"{number / 100:.2f}")


@given(data=st.data(), year=st.integers(1990, 2100))
def test_the_csv_of_a_year_of_yields(data: st.DataObject, year: int) -> None:
    tenors = data.draw(st.permutations(TENORS))
    later = data.draw(st.lists(st.integers(8, 364), max_size=8, unique=True))
    days = sorted((dt.date(year, 1, 1) + dt.timedelta(days=number) for number in [1, *later]), reverse=True)
    rows = [[data.draw(st.one_of(yields, st.sampled_from(["", "N/A"]))) for _ in tenors[:-1]] for _ in days]
    rows = [[*row, data.draw(yields)] for row in rows]
    lines = ["Date," + ",".join(f'"{tenor}"' for tenor in tenors)]
    lines += [f"{day:%m/%d/%Y}," + ",".join(row) for day, row in zip(days, rows, strict=True)]
    retrieved = dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
    frame = treasury.parse(f"daily_treasury_yield_curve/{year}", "\n".join(lines).encode(), retrieved)
    found = {
        (row.date.date(), row.tenor): None if np.isnan(row.value) else f"{row.value:.2f}" for row in frame.itertuples()
    }
    expected: dict[Any, str | None] = {
        (day, tenor): None if cell in ("", "N/A") else f"{float(cell):.2f}"
        for day, row in zip(days, rows, strict=True)
        for tenor, cell in zip(tenors, row, strict=True)
    }
    assert found == expected
    assert len(frame) == len(expected)


# ---------------------------------------------------------------- Binance (the other venues: test_crypto_hostile_bytes)


prices = st.decimals(0, 10**6, places=8, allow_nan=False).map(float)


@given(
    data=st.data(),
    places=st.lists(st.integers(0, 30), min_size=1, max_size=31, unique=True).map(sorted),
    form=st.sampled_from(["json", "milliseconds", "microseconds", "header"]),
)
def test_the_candles_of_binance(data: st.DataObject, places: list[int], form: str) -> None:
    start = crypto_documents.seconds("2026-08-01")
    candles = [
        crypto_documents.Candle(start + place * crypto_documents.DAY, *(data.draw(prices) for _ in range(5)))
        for place in places
    ]
    body = {
        "json": lambda: crypto_documents.binance(candles),
        "milliseconds": lambda: crypto_documents.zipped(crypto_documents.binance_csv(candles)),
        "microseconds": lambda: crypto_documents.zipped(crypto_documents.binance_csv(candles, ticks=1_000_000)),
        "header": lambda: crypto_documents.zipped(crypto_documents.binance_csv(candles, header=True)),
    }[form]()
    frame = binance.parse("BTCUSDT/1d", body, crypto_documents.at("2026-11-01"))
    assert (frame["opened_at"].astype("int64") // 10**6).tolist() == [candle.opened for candle in candles]
    for name in ("open", "high", "low", "close", "volume"):
        assert frame[name].tolist() == [getattr(candle, name) for candle in candles]
