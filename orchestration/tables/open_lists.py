"""Checks the lists that a user may extend: their columns, which cells are required, and what a blank cell means.

Belongs here: valid cells of `fred_series`, `crypto_symbols`, `thesis_claims` and `projection_barriers`. The project's
own lines and those of `TIDEMARK_EXTRA` get the same checks. Does not belong here: reading files (`seeds`), and what the
steps of a load do with a line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

Line = Mapping[str, str]
"""A line by column; a blank cell is an empty text."""


@dataclass(frozen=True)
class Cell:
    """One column of a list.

    Attributes:
        name: of the column.
        read: cell -> the cell as the project writes it; raises ValueError.
        is_required: it may not be blank.
        default: what a blank cell means; None for no value.
    """

    name: str
    read: Callable[[str], str]
    is_required: bool = False
    default: str | None = None


@dataclass(frozen=True)
class OpenList:
    """One list.

    Attributes:
        name: of the seed: the file is `<name>.csv`.
        what: a line of it, for messages: "a FRED series".
        cells: in the order of the file.
        keys: columns with unique values; each is a key by itself.
        complete: (the line, the lines before it, TIC's countries by code) -> cells derived from others; raises
            ValueError if cells contradict each other. It gets the line with its defaults.
    """

    name: str
    what: str
    cells: tuple[Cell, ...]
    keys: tuple[tuple[str, ...], ...]
    complete: Callable[[Line, Sequence[Line], Line], Mapping[str, str]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(cell.name for cell in self.cells)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that may not be blank."""
        return tuple(cell.name for cell in self.cells if cell.is_required)

    def read(self, line: Line, before: Sequence[Line], countries: Line) -> dict[str, str]:
        """Check a line, and fill in its blank cells.

        Args:
            line: as its file has it; columns may be missing.
            before: the lines before it, as this method returned them.
            countries: TIC's countries: code -> name.

        Raises:
            ValueError: the line is invalid.
        """
        read = {cell.name: _read(cell, line.get(cell.name, "").strip()) for cell in self.cells}
        read |= self.complete(read, before, countries)
        for key in self.keys:
            values = [read[name] for name in key]
            if any([other[name] for name in key] == values for other in before):
                shown = ", ".join(f"{name} {value}" for name, value in zip(key, values, strict=True))
                raise ValueError(f"{shown} is already in the list")
        return read


def _read(cell: Cell, text: str) -> str:
    if not text and cell.is_required:
        raise ValueError(f"{cell.name} is blank; it is required")
    if not text:
        return cell.default or ""
    try:
        return cell.read(text)
    except ValueError as error:
        raise ValueError(f"{cell.name} is {text!r}; expected {error}") from None


# ---------------------------------------------------------------- kinds of cells


def _text(text: str) -> str:
    if not text.isprintable():
        raise ValueError("one line of printable text")
    return text


def _pattern(pattern: str, takes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(takes)
        return text

    return read


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"one of {', '.join(values)}")
        return text

    return read


def _boolean(text: str) -> str:
    # Spreadsheets write TRUE.
    if text.lower() not in ("true", "false"):
        raise ValueError("true or false")
    return text.lower()


def _day(text: str) -> str:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError("a day, YYYY-MM-DD")
    return text


def _month_end(text: str) -> str:
    try:
        day = dt.date.fromisoformat(_day(text))
    except ValueError:
        day = None
    if day is None or (day + dt.timedelta(days=1)).day != 1:
        raise ValueError("the last day of a month, YYYY-MM-DD")
    return text


_LARGEST = Decimal("1e13")
"""Far above any series or holding; larger numbers do not fit into the seeds."""


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise ValueError("a number, such as 682.6")
    return format(number, "f")


def _whole(lowest: int, highest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(r"-?[0-9]{1,9}", text, re.ASCII) or not lowest <= int(text) <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return text

    return read


_name = _pattern("[a-z][a-z0-9_]{0,59}", "lower-case letters, digits and underscores")


def _check_countries(line: Line, columns: Sequence[str], countries: Line) -> None:
    codes = {name: code for code, name in countries.items()}
    for column in columns:
        text = line[column]
        if text and text not in countries:
            hint = f"{codes[text]} for {text}" if text in codes else "dbt_project/seeds/countries.csv lists all"
            raise ValueError(f"{column} is {text!r}; expected a country code of TIC: {hint}")


# ---------------------------------------------------------------- FRED's series


def _complete_series(line: Line, _before: Sequence[Line], _countries: Line) -> Mapping[str, str]:
    bounds = (line["lowest"], line["highest"])
    if all(bounds) and Decimal(bounds[0]) >= Decimal(bounds[1]):
        raise ValueError(f"lowest is {bounds[0]} and highest is {bounds[1]}; lowest must be below highest")
    moves = [name for name in ("largest_spike", "largest_move", "largest_revision") if line[name]]
    if moves and not line["move_kind"]:
        raise ValueError(f"{moves[0]} needs a move_kind: `difference` (in units) or `ratio` (of logarithms)")
    return {"title": line["title"] or line["series_id"]}


def _series_id(text: str) -> str:
    return _pattern("[A-Z0-9_.]{1,60}", "FRED's name of a series, such as CPIAUCSL")(text.upper())


FRED_SERIES = OpenList(
    name="fred_series",
    what="a FRED series",
    cells=(
        Cell("series_id", _series_id, is_required=True),
        Cell("title", _text),
        Cell("units", _text, default="unknown"),
        Cell("frequency", _one_of("D", "D7", "W", "M", "Q", "unknown"), default="unknown"),
        Cell("role", _name, is_required=True),
        Cell("publication_lag_days", _whole(0, 400), default="1"),
        Cell(
            "licence",
            _one_of("public_domain", "citation_required", "permission_required", "reproduction_prohibited", "unknown"),
            default="unknown",
        ),
        Cell("is_revised", _boolean, default="true"),
        Cell("fetch", _boolean, default="true"),
        Cell("lowest", _number),
        Cell("highest", _number),
        Cell(
            "calendar",
            _one_of("business", "daily", "weekly_wednesday", "weekly_friday", "quarterly", "unknown"),
            default="unknown",
        ),
        Cell("move_kind", _one_of("difference", "ratio")),
        Cell("largest_spike", _number),
        Cell("largest_move", _number),
        Cell("largest_revision", _number),
        Cell("longest_still", _number),
        Cell(
            "closed_on",
            _one_of("bond_market", "weekends_and_holidays", "weekends", "weekends_but_month_ends", "nothing"),
            default="nothing",
        ),
        Cell("window_served", _one_of("all", "three_years", "ten_years"), default="all"),
        Cell("first_date", _day),
    ),
    keys=(("series_id",),),
    complete=_complete_series,
)


# ---------------------------------------------------------------- coins

_MARKET = _pattern("[A-Z0-9][A-Z0-9-]{0,39}", "capital letters, digits and hyphens")
_SYMBOL = _pattern("[A-Z0-9]{1,20}", "capital letters and digits")


def _complete_listing(line: Line, _before: Sequence[Line], _countries: Line) -> Mapping[str, str]:
    if line["listed_on"] and line["delisted_on"] and line["delisted_on"] < line["listed_on"]:
        raise ValueError(f"delisted_on is {line['delisted_on']}, before listed_on, {line['listed_on']}")
    return {"name": line["name"] or line["symbol"]}


CRYPTO_SYMBOLS = OpenList(
    name="crypto_symbols",
    what="a market of a coin",
    cells=(
        Cell("symbol", _SYMBOL, is_required=True),
        Cell("name", _text),
        Cell("venue", _one_of("coinbase", "binance", "binance_usdm_futures", "kraken"), is_required=True),
        Cell("market", _MARKET, is_required=True),
        Cell("quote", _SYMBOL, is_required=True),
        Cell("listed_on", _day),
        Cell("delisted_on", _day),
        Cell("successor", _SYMBOL),
        Cell("fetch", _boolean, default="true"),
        Cell("unbroken_since", _day),
        Cell("widest_open_gap_bp", _number),
        Cell("widest_spike_pct", _number),
        Cell("note", _text),
    ),
    keys=(("venue", "market", "symbol"), ("venue", "market", "listed_on")),
    complete=_complete_listing,
)


# ---------------------------------------------------------------- claims


@dataclass(frozen=True)
class Measure:
    """How a claim is measured.

    Attributes:
        unit: of its number.
        needs: columns that a claim with this measure must fill, in addition to those of all claims; of a tuple, exactly
            one.
        is_about_markets: it has a verdict of its own, and no number to compare.
    """

    unit: str
    needs: tuple[str | tuple[str, ...], ...] = ()
    is_about_markets: bool = False


MEASURES = {
    "level": Measure("usd_bn"),
    "change_1m": Measure("usd_bn"),
    "change_12m_pct": Measure("pct"),
    "net_sales_12m": Measure("usd_bn"),
    "change_from_peak_pct": Measure("pct"),
    "share_pct": Measure("pct", needs=("comparison_code",)),
    "years_at_low": Measure("years"),
    "low_year": Measure("year"),
    "months_until": Measure("months", needs=(("barrier_usd_bn", "comparison_code"),)),
    "holders_both_ways": Measure("holders"),
    "not_in_tic": Measure("usd_bn"),
    "flow_yield_correlation": Measure("correlation", is_about_markets=True),
    "matched_gap_of_bitcoin": Measure("pct_points", is_about_markets=True),
    "bitcoin_to_equities": Measure("ratio", is_about_markets=True),
    "bonds_falling_with_equities": Measure("pct", is_about_markets=True),
}
"""The measures that `int_thesis_measures` and `int_thesis_market_measures` compute."""

_COMPARED = ("equal", "at_least", "at_most")


def _complete_claim(line: Line, before: Sequence[Line], countries: Line) -> Mapping[str, str]:
    _check_countries(line, ("country_code", "comparison_code"), countries)
    measure = MEASURES[line["measure"]]
    if line["unit"] not in ("", measure.unit):
        raise ValueError(f"unit is {line['unit']!r}; the measure {line['measure']} is in {measure.unit}")
    needs = measure.needs if measure.is_about_markets else ("claimed_number", "holds_if", *measure.needs)
    for need in needs:
        choices = (need,) if isinstance(need, str) else need
        if sum(bool(line[name]) for name in choices) != 1:
            which = f"{need} is blank; the" if isinstance(need, str) else f"fill exactly one of {', '.join(need)}; the"
            raise ValueError(f"{which} measure {line['measure']} needs it")
    numbers = [int(other["claim_number"]) for other in before]
    return {
        "claim_number": line["claim_number"] or str(max(numbers, default=0) + 1),
        "unit": measure.unit,
        "tolerance": line["tolerance"] or _tolerance(line, measure),
    }


def _tolerance(line: Line, measure: Measure) -> str:
    """Half of the last printed digit of the claim."""
    if measure.is_about_markets:
        return ""
    exponent = Decimal(line["claimed_number"]).as_tuple().exponent
    return format(Decimal(5).scaleb(int(exponent) - 1), "f") if line["holds_if"] == "equal" else "0"


THESIS_CLAIMS = OpenList(
    name="thesis_claims",
    what="a claim",
    cells=(
        Cell("claim_number", _whole(1, 9_999)),
        Cell("claim_id", _name, is_required=True),
        Cell("claim", _text, is_required=True),
        Cell("claimed_on", _day, is_required=True),
        Cell("claimed_number", _number),
        Cell("unit", _text),
        Cell("measure", _one_of(*MEASURES), is_required=True),
        Cell("country_code", _text, is_required=True),
        Cell("comparison_code", _text),
        Cell("month_end", _month_end),
        Cell("holds_if", _one_of(*_COMPARED)),
        Cell("tolerance", _number),
        Cell("barrier_usd_bn", _number),
        Cell("caveat", _text),
        Cell("source", _text, default="not named"),
        Cell("query", _text),
    ),
    keys=(("claim_id",), ("claim_number",)),
    complete=_complete_claim,
)


# ---------------------------------------------------------------- barriers


def _complete_barrier(line: Line, _before: Sequence[Line], countries: Line) -> Mapping[str, str]:
    _check_countries(line, ("country_code", "barrier_country_code"), countries)
    if bool(line["barrier_usd_bn"]) == bool(line["barrier_country_code"]):
        raise ValueError("fill exactly one of barrier_usd_bn and barrier_country_code")
    if line["barrier_usd_bn"] and Decimal(line["barrier_usd_bn"]) <= 0:
        raise ValueError(f"barrier_usd_bn is {line['barrier_usd_bn']}; expected a number above 0")
    if line["barrier_country_code"] == line["country_code"]:
        raise ValueError("barrier_country_code is the holder itself; name another one")
    other = countries.get(line["barrier_country_code"]) or f"{line['barrier_usd_bn']} bn"
    return {"words": line["words"] or f"{countries[line['country_code']]} below {other}"}


PROJECTION_BARRIERS = OpenList(
    name="projection_barriers",
    what="a barrier",
    cells=(
        Cell("barrier_id", _name, is_required=True),
        Cell("country_code", _text, is_required=True),
        Cell("barrier_usd_bn", _number),
        Cell("barrier_country_code", _text),
        Cell("words", _text),
        Cell("caveat", _text),
    ),
    keys=(("barrier_id",),),
    complete=_complete_barrier,
)

OPEN_LISTS: dict[str, OpenList] = {
    one.name: one for one in (FRED_SERIES, CRYPTO_SYMBOLS, THESIS_CLAIMS, PROJECTION_BARRIERS)
}
