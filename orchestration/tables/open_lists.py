"""Checks the lists that a user may extend: their columns, which cells are required, and what a blank cell means.

Belongs here: what a line of `fred_series`, `crypto_symbols`, `claims` and `projection_barriers` may say. The
project's own lines and those of `TIDEMARK_EXTRA` are checked alike. Does not belong here: reading files (`seeds`), and
what the steps of a load do with a line.
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


_LAG_DAYS = {"D": "1", "D7": "1", "W": "7", "M": "75", "Q": "165", "unknown": "165"}
"""Frequency -> days after which a figure is surely out. FRED dates a month and a quarter by its first day."""


def _complete_series(line: Line, _before: Sequence[Line], _countries: Line) -> Mapping[str, str]:
    bounds = (line["lowest"], line["highest"])
    if all(bounds) and Decimal(bounds[0]) >= Decimal(bounds[1]):
        raise ValueError(f"lowest is {bounds[0]} and highest is {bounds[1]}; lowest must be below highest")
    moves = [name for name in ("largest_spike", "largest_move", "largest_revision") if line[name]]
    if moves and not line["move_kind"]:
        raise ValueError(f"{moves[0]} needs a move_kind: `difference` (in units) or `ratio` (of logarithms)")
    lag = line["publication_lag_days"] or _LAG_DAYS[line["frequency"]]
    return {"title": line["title"] or line["series_id"], "publication_lag_days": lag}


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
        Cell("publication_lag_days", _whole(0, 400)),
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
            _one_of("business", "daily", "weekly_wednesday", "weekly_friday", "monthly", "quarterly", "unknown"),
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
        words: what is measured, for the rules that would confirm and refute a claim.
        query: SQL on the marts that gives the number. In angle brackets: cells of the claim, `<month>`, and `_PARTS`.
        needs: columns that a claim of it must fill, besides those that all must; of a tuple, exactly one.
        is_about_markets: it has a verdict of its own, and no number to compare.
    """

    unit: str
    words: str
    query: str = ""
    needs: tuple[str | tuple[str, ...], ...] = ()
    is_about_markets: bool = False


_PARTS = {
    "<before>": "(select holdings_usd_bn from <held> "
    "and month_end = last_day(<month> - interval '<horizon_months> months'))",
    "<now>": "(select holdings_usd_bn from <held> and month_end = <month>)",
    "<newest>": "(select max(month_end) from <held>)",
    "<held>": "marts.fct_holdings where country_code = '<country_code>' and instrument = 'total'",
}
"""What queries have in common; parts may hold parts further down."""

_YEARS = (
    "select round((12 * year(<month>) + month(<month>) - (select 12 * year(max(month_end)) + month(max(month_end)) "
    "from <held> and month_end < <month> and holdings_usd_bn {sign} <now>)) / 12, 4)"
)
_MONTHS = (
    "select (select count(*) from <held> and month_end < <month> and holdings_usd_bn {sign} <now>) + "
    "(select count(*) from (select sum(survey_usd_bn) as total_usd_bn from marts.survey_holdings "
    "where country_code = '<country_code>' and security_type = 'treasury' "
    "and month_end < (select min(month_end) from <held>) group by month_end having count(*) = 2) "
    "where total_usd_bn {sign} <now>)"
)
_YEAR_OF_FLOWS = (
    "select later.country_code, sum(later.net_sales_usd_bn) / max(base.holdings_usd_bn) as flow_share "
    "from marts.fct_holdings as later inner join marts.fct_holdings as base on later.country_code = base.country_code "
    "and later.instrument = base.instrument and base.month_end = last_day(<month> - interval '12 months') "
    "inner join marts.dim_country as countries on later.country_code = countries.country_code "
    "where not countries.is_aggregate and later.instrument = 'total' and base.holdings_usd_bn > 0 "
    "and later.month_end > last_day(<month> - interval '12 months') and later.month_end <= <month> "
    "group by later.country_code having count(later.net_sales_usd_bn) = 12"
)
_JOINT = "from marts.cascade_significance where event_type = 'bond_equity_joint' and period = 'all'"

MEASURES = {
    "level": Measure("usd_bn", "holdings", "select <now>"),
    "change": Measure("usd_bn", "the change of holdings", "select <now> - <before>", ("horizon_months",)),
    "change_pct": Measure("pct", "the change of holdings", "select 100 * (<now> / <before> - 1)", ("horizon_months",)),
    "net_purchases": Measure(
        "usd_bn",
        "net purchases",
        "select sum(net_sales_usd_bn) from <held> and month_end <= <month> "
        "and month_end > last_day(<month> - interval '<horizon_months> months')",
        ("horizon_months",),
    ),
    "change_from_peak_pct": Measure(
        "pct",
        "the distance from the highest month",
        "select 100 * (<now> / (select max(holdings_usd_bn) from <held> and month_end <= <month>) - 1)",
    ),
    "share_pct": Measure(
        "pct",
        "the share",
        "select 100 * <now> / (select holdings_usd_bn from marts.fct_holdings "
        "where country_code = '<comparison_code>' and instrument = 'total' and month_end = <month>)",
        ("comparison_code",),
    ),
    "holder_rank": Measure(
        "rank",
        "the rank among countries",
        "select count(*) from marts.fct_holdings as holdings inner join marts.dim_country as countries "
        "on holdings.country_code = countries.country_code where holdings.instrument = 'total' "
        "and not countries.is_aggregate and holdings.month_end = <month> and holdings.holdings_usd_bn >= <now>",
    ),
    "years_at_low": Measure("years", "the time since holdings were as low", _YEARS.format(sign="<=")),
    "years_at_high": Measure("years", "the time since holdings were as high", _YEARS.format(sign=">=")),
    "low_year": Measure(
        "year",
        "the year in which holdings were last as low",
        "select year(max(month_end)) from <held> and month_end < <month> and holdings_usd_bn <= <now>",
    ),
    "months_at_or_below": Measure(
        "months", "the number of earlier months and surveys at or below", _MONTHS.format(sign="<=")
    ),
    "months_at_or_above": Measure(
        "months", "the number of earlier months and surveys at or above", _MONTHS.format(sign=">=")
    ),
    "chance_pct": Measure(
        "pct", "the chance by the projection", needs=("horizon_months", ("barrier_usd_bn", "comparison_code"))
    ),
    "holders_both_ways": Measure(
        "holders",
        "the smaller of the numbers of holders that withdrew and that strengthened",
        "select least(count(case when flow_share <= -0.05 then 1 end), count(case when flow_share >= 0.05 then 1 end)) "
        f"from ({_YEAR_OF_FLOWS}) as years",
    ),
    "years_of_net_selling": Measure("years", "the time with net purchases below zero in every year"),
    "not_in_tic": Measure("usd_bn", "nothing in these data"),
    "flow_yield_correlation": Measure(
        "correlation",
        "the correlation of net purchases and yields",
        "select round(corr(flow_pct, yield_change_bp), 4) from marts.foreign_flows "
        "where flow_pct is not null and yield_change_bp is not null",
        is_about_markets=True,
    ),
    "matched_gap_of_bitcoin": Measure(
        "pct_points",
        "the stages after days on which yields jump and equities fall",
        f"select matched_gap {_JOINT} and asset = 'btc' and horizon_days = 5",
        is_about_markets=True,
    ),
    "bitcoin_to_equities": Measure(
        "ratio",
        "the move of bitcoin as a multiple of that of equities",
        "select max(case when asset = 'btc' then mean_abnormal_move end) / "
        f"max(case when asset = 'sp500' then mean_abnormal_move end) {_JOINT} and horizon_days = 5",
        is_about_markets=True,
    ),
    "bitcoin_after_equities": Measure(
        "days",
        "the days until half of the move of bitcoin, less those of equities",
        "select max(case when asset = 'btc' then median_days_to_half end) - "
        "max(case when asset = 'sp500' then median_days_to_half end) from marts.cascade_order "
        "where event_type = 'bond_equity_joint'",
        is_about_markets=True,
    ),
    "bonds_falling_with_equities": Measure(
        "pct",
        "the share of falls of equities in which bonds fell",
        "select 100 * avg(case when plain_move < 0 then 1.0 else 0.0 end) from marts.cascade_responses "
        "where event_type = 'equity_fall' and asset = 'ten_year_price' and horizon_days = 0",
        is_about_markets=True,
    ),
}
"""The measures that `int_thesis_measures` and `int_thesis_market_measures` compute."""

_COMPARED = {
    "equal": (
        "{claimed_number} {unit}, give or take {tolerance}",
        "further than {tolerance} from {claimed_number} {unit}",
    ),
    "at_least": ("{claimed_number} {unit} or more", "below {claimed_number} {unit}"),
    "at_most": ("{claimed_number} {unit} or less", "above {claimed_number} {unit}"),
}
"""How a number is compared, with what confirms and what refutes the claim. Every number does one of the two."""

_UNITS = {"usd_bn": "billion dollars", "pct": "%", "year": "", "rank": ""}
_NOTHING = "nothing in these data"


def _complete_claim(line: Line, before: Sequence[Line], countries: Line) -> Mapping[str, str]:
    _check_countries(line, ("country_code", "comparison_code"), countries)
    measure = MEASURES[line["measure"]]
    if line["unit"] not in ("", measure.unit):
        raise ValueError(f"unit is {line['unit']!r}; the measure {line['measure']} is in {measure.unit}")
    is_compared = not measure.is_about_markets and line["measure"] != "not_in_tic"
    needs = ("claimed_number", "holds_if", *measure.needs) if is_compared else measure.needs
    for need in needs:
        choices = (need,) if isinstance(need, str) else need
        if sum(bool(line[name]) for name in choices) != 1:
            which = f"{need} is blank; the" if isinstance(need, str) else f"fill exactly one of {', '.join(need)}; the"
            raise ValueError(f"{which} measure {line['measure']} needs it")
    if not is_compared and measure.is_about_markets and not (line["confirmed_if"] and line["refuted_if"]):
        raise ValueError(
            "confirmed_if and refuted_if are needed: say what would confirm and what would refute the claim"
        )
    numbers = [int(other["claim_number"]) for other in before]
    filled = {
        **line,
        "unit": measure.unit,
        "horizon_months": line["horizon_months"] or "12",
        "tolerance": line["tolerance"] or (_tolerance(line) if is_compared else ""),
    }
    return {
        "claim_number": line["claim_number"] or str(max(numbers, default=0) + 1),
        "unit": measure.unit,
        "horizon_months": filled["horizon_months"],
        "tolerance": filled["tolerance"],
        "confirmed_if": line["confirmed_if"] or (_rule(filled, measure, 0) if is_compared else _NOTHING),
        "refuted_if": line["refuted_if"] or (_rule(filled, measure, 1) if is_compared else _NOTHING),
        "query": line["query"] or _query(filled, measure),
    }


def _rule(line: Line, measure: Measure, which: int) -> str:
    """What would confirm (0) or refute (1) a claim, in words."""
    months = "month" if line["horizon_months"] == "1" else "months"
    over = f" over {line['horizon_months']} {months}" if "horizon_months" in measure.needs else ""
    unit = _UNITS.get(measure.unit, measure.unit.removesuffix("s") if line["claimed_number"] == "1" else measure.unit)
    rule = _COMPARED[line["holds_if"]][which].format_map({**line, "unit": unit})
    return f"{measure.words}{over}: {' '.join(rule.split())}".replace(" %", "%").replace(" ,", ",")


def _query(line: Line, measure: Measure) -> str:
    """SQL that gives the number of a claim, from the marts."""
    month = f"date '{line['month_end']}'" if line["month_end"] else "<newest>"
    query = measure.query.replace("<before>", _PARTS["<before>"]).replace("<now>", _PARTS["<now>"])
    query = query.replace("<month>", month)
    for part, text in {**_PARTS, **{f"<{name}>": cell for name, cell in line.items()}}.items():
        query = query.replace(part, text)
    return query


def _tolerance(line: Line) -> str:
    """Half of the last digit that the claim prints."""
    exponent = Decimal(line["claimed_number"]).as_tuple().exponent
    return format(Decimal(5).scaleb(int(exponent) - 1), "f") if line["holds_if"] == "equal" else "0"


CLAIMS = OpenList(
    name="claims",
    what="a claim",
    cells=(
        Cell("claim_number", _whole(1, 9_999)),
        Cell("claim_id", _name, is_required=True),
        Cell("claimed_on", _day, is_required=True),
        Cell("source", _text, default="not named"),
        Cell("claim", _text, is_required=True),
        Cell("country_code", _text, is_required=True),
        Cell("measure", _one_of(*MEASURES), is_required=True),
        Cell("comparison_code", _text),
        Cell("month_end", _month_end),
        Cell("names_month", _boolean, default="false"),
        Cell("horizon_months", _whole(1, 600)),
        Cell("holds_if", _one_of(*_COMPARED)),
        Cell("claimed_number", _number),
        Cell("unit", _text),
        Cell("tolerance", _number),
        Cell("barrier_usd_bn", _number),
        Cell("confirmed_if", _text),
        Cell("refuted_if", _text),
        Cell("caveat", _text),
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

OPEN_LISTS: dict[str, OpenList] = {one.name: one for one in (FRED_SERIES, CRYPTO_SYMBOLS, CLAIMS, PROJECTION_BARRIERS)}
