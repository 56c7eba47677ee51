"""Changes of FRED's keyless CSV: yields, spreads, levels, indexes, prices.

Belongs here: faults of a series of dates and values. Does not belong here: the Treasury's own curve.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tests.campaigns.guard.operators import (
    HARMLESS,
    HTML,
    QUARANTINED,
    REFUSED,
    REPORTED,
    Arrival,
    Change,
    across,
    cut_in_line,
    dos_lines,
    on,
    to_utf16,
)

Row = tuple[str, str]


def series(name: str) -> str:
    """The document of a series."""
    return f"fred/{name}"


def rows_of(body: bytes) -> tuple[str, list[Row]]:
    """The header, and (date, value) line by line."""
    header, *lines = body.decode().splitlines()
    return header, [(line.split(",")[0], line.split(",")[1]) for line in lines]


def text_of(header: str, rows: list[Row]) -> bytes:
    """The document again."""
    return "\n".join([header, *(f"{day},{value}" for day, value in rows), ""]).encode()


def edit(body: bytes, change: Callable[[list[Row]], list[Row]]) -> bytes:
    """Change the rows; the header stays."""
    header, rows = rows_of(body)
    return text_of(header, change(rows))


def is_figure(value: str) -> bool:
    """Not a blank of a holiday."""
    return value not in ("", ".")


def each(calculate: Callable[[float], float], digits: int = 4) -> Change:
    """A change of every value."""

    def change(body: bytes) -> bytes:
        return edit(
            body,
            lambda rows: [
                (day, f"{calculate(float(value)):.{digits}f}" if is_figure(value) else value) for day, value in rows
            ],
        )

    return change


def one(back: int, calculate: Callable[[float], float], digits: int = 2) -> Change:
    """A change of one value, so many figures before the last."""

    def change(body: bytes) -> bytes:
        header, rows = rows_of(body)
        place = [number for number, (_, value) in enumerate(rows) if is_figure(value)][-1 - back]
        rows[place] = (rows[place][0], f"{calculate(float(rows[place][1])):.{digits}f}")
        return text_of(header, rows)

    return change


def dates(calculate: Callable[[dt.date], dt.date]) -> Change:
    """A change of every date."""

    def change(body: bytes) -> bytes:
        return edit(
            body, lambda rows: [(calculate(dt.date.fromisoformat(day)).isoformat(), value) for day, value in rows]
        )

    return change


def values_a_row_late(body: bytes) -> bytes:
    """Move each value to the next row's date."""
    header, rows = rows_of(body)
    values = [rows[0][1], *(value for _, value in rows[:-1])]
    return text_of(header, [(day, value) for (day, _), value in zip(rows, values, strict=True)])


def without(condition: Callable[[str], bool]) -> Change:
    """The rows of some days are not there."""
    return lambda body: edit(body, lambda rows: [row for row in rows if not condition(row[0])])


def served_as(other: str, name: str) -> Callable[[Arrival], dict[str, bytes]]:
    """One series' values at another's address, under the other's header."""

    def mutate(arrival: Arrival) -> dict[str, bytes]:
        header = arrival.now[series(name)].split(b"\n")[0].rstrip(b"\r")
        values = arrival.now[series(other)].split(b"\n", 1)[1]
        return {series(name): header + b"\n" + values}

    return mutate


DGS10, DGS2, DGS5 = series("DGS10"), series("DGS2"), series("DGS5")

# ---------------------------------------------------------------- units and signs

on(series("WALCL"), "walcl_in_billions", "total assets in billions and not in millions", REFUSED)(
    each(lambda value: value / 1000)
)
on(series("RRPONTSYD"), "rrp_in_millions", "reverse repurchases in millions and not in billions", REFUSED)(
    each(lambda value: value * 1000)
)
on(series("WRESBAL"), "reserves_in_billions", "reserve balances in billions, as they once were", REFUSED)(
    each(lambda value: value / 1000)
)
on(DGS10, "dgs10_as_fraction", "yields as fractions: 0.0468 and not 4.68", REFUSED)(each(lambda value: value / 100, 6))
on(series("BAMLH0A0HYM2"), "high_yield_in_basis_points", "spreads in basis points: 284 and not 2.84", REFUSED)(
    each(lambda value: value * 100)
)
on(series("EFFR"), "effr_in_basis_points", "the rate in basis points: 364 and not 3.64", REFUSED)(
    each(lambda value: value * 100)
)
on(series("T10Y2Y"), "t10y2y_sign", "the spread with the other sign", REFUSED)(each(lambda value: -value))
on(series("NFCI"), "nfci_sign", "the index with the other sign", REFUSED)(each(lambda value: -value, 5))
on(series("DTWEXBGS"), "dollar_index_rebased", "the dollar index with another base: 20 % lower", REFUSED, first=None)(
    each(lambda value: value / 1.2)
)

# ---------------------------------------------------------------- one figure

on(DGS10, "dgs10_cell_times_ten", "the newest yield is ten times too large", QUARANTINED)(one(0, lambda v: v * 10))
on(DGS10, "dgs10_typo", "the newest yield is a point too high: 5.68 for 4.68", QUARANTINED)(one(0, lambda v: v + 1))
on(DGS10, "dgs10_old_typo", "a yield of a year ago is 0.30 too high", QUARANTINED)(one(250, lambda v: v + 0.3))
on(DGS2, "dgs2_old_typo", "a yield of a year ago is 0.05 too low", QUARANTINED)(one(251, lambda v: v - 0.05))
on(series("DGS20"), "dgs20_old_typo", "a yield of three years ago is 0.50 too high", QUARANTINED)(
    one(750, lambda v: v + 0.5)
)
on(series("DFII10"), "dfii10_cell_times_ten", "the newest real yield is ten times too large", QUARANTINED)(
    one(0, lambda v: v * 10)
)
on(series("T10YIE"), "t10yie_typo", "one break-even rate is 0.50 too high", QUARANTINED)(one(20, lambda v: v + 0.5))
on(series("VIXCLS"), "vix_cell_times_ten", "the newest VIX is ten times too large", QUARANTINED)(
    one(0, lambda v: v * 10)
)
on(series("VIXCLS"), "vix_cell_over_ten", "a VIX of last month is ten times too small", QUARANTINED)(
    one(22, lambda v: v / 10)
)
on(series("SP500"), "sp500_cell_times_ten", "the newest S&P 500 is ten times too large", QUARANTINED)(
    one(0, lambda v: v * 10)
)
on(series("SOFR"), "sofr_sign_of_one", "one rate has the wrong sign", QUARANTINED)(one(30, lambda v: -v))
on(series("EFFR"), "effr_typo", "one rate is 0.50 too high", QUARANTINED)(one(10, lambda v: v + 0.5))
on(series("WALCL"), "walcl_digit_dropped", "the newest week has a digit too few", QUARANTINED)(
    one(0, lambda v: v // 10, 0)
)
on(series("CBBTCUSD"), "fred_bitcoin_cell_times_ten", "one price of bitcoin is ten times too large", QUARANTINED)(
    one(30, lambda v: v * 10)
)
on(series("BAMLH0A0HYM2"), "high_yield_cell_times_ten", "one spread is ten times too large", QUARANTINED)(
    one(5, lambda v: v * 10)
)

# ---------------------------------------------------------------- another series

for _other, _name, _says in (
    ("DGS10", "DGS2", "the 10-year yield as the 2-year yield"),
    ("DGS30", "DGS20", "the 30-year yield as the 20-year yield"),
    ("SP500", "NASDAQCOM", "the S&P 500 as the NASDAQ composite"),
    ("DFF", "EFFR", "the fund rate of all seven days as that of business days: nearly equal figures"),
    ("CBETHUSD", "CBBTCUSD", "the price of ether as that of bitcoin"),
    ("NFCI", "STLFSI4", "one stress index as another"),
    ("BAMLC0A0CM", "BAMLH0A0HYM2", "the investment-grade spread as the high-yield spread"),
    ("T10Y3M", "T10Y2Y", "one slope of the curve as another"),
):
    across((series(_name),), f"{_other.lower()}_as_{_name.lower()}", f"{_says}, under its header", REFUSED)(
        served_as(_other, _name)
    )


@across((DGS5,), "dgs5_is_dgs7_with_its_header", "the document of DGS7 at the address of DGS5", REFUSED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {DGS5: arrival.now[series("DGS7")]}


# ---------------------------------------------------------------- time

on(DGS10, "dgs10_dates_a_day_late", "every date is a day too late", REFUSED)(dates(lambda day: day + dt.timedelta(1)))
on(DGS10, "dgs10_values_a_row_late", "every value is moved to the next date", REFUSED)(values_a_row_late)
on(series("SP500"), "sp500_values_a_row_late", "every value is moved to the next date", REFUSED)(values_a_row_late)
on(series("WALCL"), "walcl_on_thursdays", "every Wednesday is a Thursday", REFUSED)(
    dates(lambda day: day + dt.timedelta(1))
)
on(series("NFCI"), "nfci_a_week_late", "every Friday is the Friday after", REFUSED)(
    dates(lambda day: day + dt.timedelta(7))
)


@on(DGS10, "dgs10_future_day", "a row of a day that has not come yet", QUARANTINED)
def _(body: bytes) -> bytes:
    return body + b"2027-01-04,4.70\n"


@on(DGS10, "dgs10_us_dates", "dates as 07/30/2026", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [(f"{day[5:7]}/{day[8:]}/{day[:4]}", value) for day, value in rows])


@on(DGS10, "dgs10_spreadsheet_dates", "a spreadsheet wrote dates as numbers of days", REFUSED)
def _(body: bytes) -> bytes:
    start = dt.date(1899, 12, 30)
    return edit(body, lambda rows: [(str((dt.date.fromisoformat(day) - start).days), value) for day, value in rows])


@across((DGS10,), "dgs10_last_edition_again", "the file of the edition before, on the day of the new one", REPORTED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {DGS10: arrival.before[DGS10]}


@on(DGS10, "dgs10_history_shortened", "only the last five years", REPORTED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [row for row in rows if row[0] >= "2021-08-01"])


@on(DGS10, "dgs10_years_dropped", "2015 to 2019 are not there", REFUSED)
def _(body: bytes) -> bytes:
    return without(lambda day: "2015" <= day < "2020")(body)


@on(series("WALCL"), "walcl_week_dropped", "one Wednesday of last year is not there", REFUSED, first=REPORTED)
def _(body: bytes) -> bytes:
    _, rows = rows_of(body)
    gone = rows[-40][0]
    return without(lambda day: day == gone)(body)


# ---------------------------------------------------------------- a factor, a feed that hangs, a hole

on(series("SP500"), "sp500_times_1005", "every value is 0.5 % too large", REFUSED, first=None)(
    each(lambda v: v * 1.005)
)
on(series("WALCL"), "walcl_times_1005", "every value is 0.5 % too large", REFUSED, first=None)(
    each(lambda v: v * 1.005, 0)
)
on(series("DTWEXBGS"), "dollar_index_times_1005", "every value is 0.5 % too large", REFUSED, first=None)(
    each(lambda v: v * 1.005)
)
on(DGS10, "dgs10_times_1005", "every yield is 0.5 % too large", REFUSED)(each(lambda v: v * 1.005, 2))


def hanging(rows_of_the_feed: int) -> Change:
    """The newest figures are all the one before them."""

    def change(rows: list[Row]) -> list[Row]:
        places = [number for number, (_, value) in enumerate(rows) if is_figure(value)][-rows_of_the_feed - 1 :]
        still = rows[places[0]][1]
        return [(day, still if number in places else value) for number, (day, value) in enumerate(rows)]

    return lambda body: edit(body, change)


def week_again(rows_of_a_week: int) -> Change:
    """The newest figures are those of the week before, in their order."""

    def change(rows: list[Row]) -> list[Row]:
        places = [number for number, (_, value) in enumerate(rows) if is_figure(value)][-2 * rows_of_a_week :]
        again = {place: rows[places[n]][1] for n, place in enumerate(places[rows_of_a_week:])}
        return [(day, again.get(number, value)) for number, (day, value) in enumerate(rows)]

    return lambda body: edit(body, change)


def blank_at_the_end(cells: int) -> Change:
    """The newest figures are blank."""

    def change(rows: list[Row]) -> list[Row]:
        places = [number for number, (_, value) in enumerate(rows) if is_figure(value)][-cells:]
        return [(day, "" if number in places else value) for number, (day, value) in enumerate(rows)]

    return lambda body: edit(body, change)


on(series("SP500"), "sp500_three_weeks_still", "the last three weeks have one value", QUARANTINED)(hanging(15))
on(series("VIXCLS"), "vix_three_weeks_still", "the last three weeks have one value", QUARANTINED)(hanging(15))
on(series("DGS20"), "dgs20_three_weeks_still", "the last three weeks have one value", QUARANTINED)(hanging(15))
on(series("WALCL"), "walcl_three_weeks_still", "the last three weeks have one value", QUARANTINED)(hanging(3))
on(series("SP500"), "sp500_week_again", "the newest week is the one before, to the last digit", QUARANTINED)(
    week_again(5)
)
on(series("VIXCLS"), "vix_week_again", "the newest week is the one before, to the last digit", QUARANTINED)(
    week_again(5)
)
on(series("WRESBAL"), "reserves_week_again", "the newest week is the one before, to the last digit", QUARANTINED)(
    week_again(1)
)


@on(series("VIXCLS"), "vix_day_missing", "a business day is missing among the new rows", REPORTED)
def _(body: bytes) -> bytes:
    _, rows = rows_of(body)
    return without(lambda day: day == rows[-4][0])(body)


on(series("RRPONTSYD"), "rrp_newest_cells_blank", "the newest three cells are blank", REPORTED)(blank_at_the_end(3))
on(series("WALCL"), "walcl_newest_cell_blank", "the newest cell is blank", REPORTED)(blank_at_the_end(1))


@on(
    series("NFCI"),
    "nfci_old_figure_restated",
    "one figure of two years ago is 0.1 higher, and its neighbors are not",
    QUARANTINED,
    first=None,
)
def _(body: bytes) -> bytes:
    return one(104, lambda v: v + 0.1, 3)(body)


# ---------------------------------------------------------------- true events: large, and right


@on(
    series("SP500"),
    "sp500_falls_by_12_percent",
    "the S&P 500 falls by 12 % on the newest day, as on 16 March 2020",
    HARMLESS,
    adds="series_id = 'SP500' and date = '2026-08-21'",
)
def _(body: bytes) -> bytes:
    _, rows = rows_of(body)
    return one(0, lambda _: float(rows[-2][1]) * 0.88)(body)


@on(
    series("VIXCLS"),
    "vix_rises_to_82",
    "the VIX is 57.83 and then 82.69 on the newest two days, as in March 2020",
    HARMLESS,
    adds="series_id = 'VIXCLS' and date in ('2026-07-28', '2026-07-29', '2026-07-30')",
)
def _(body: bytes) -> bytes:
    for back, value in ((2, 35.2), (1, 57.83), (0, 82.69)):
        body = one(back, lambda _, value=value: value)(body)  # type: ignore[misc]
    return body


@on(
    DGS10,
    "dgs10_rises_by_55_points",
    "the ten-year yield rises by 55 basis points in the newest two days",
    HARMLESS,
    adds="series_id = 'DGS10' and date in ('2026-07-29', '2026-07-30')",
)
def _(body: bytes) -> bytes:
    return one(0, lambda v: v + 0.55)(one(1, lambda v: v + 0.3)(body))


@on(
    series("DTWEXBGS"),
    "dollar_index_gets_new_weights",
    "the dollar index since 2020 moves by up to 0.2 %, each year by its own, as in spring 2026",
    HARMLESS,
    adds="series_id = 'DTWEXBGS' and year(date) in (2020, 2021, 2022, 2023, 2024, 2025, 2026)",
)
def _(body: bytes) -> bytes:
    by_year = {str(year): 1 + 0.0005 * (year % 5 - 2) for year in range(2020, 2027)}
    return edit(
        body,
        lambda rows: [
            (day, f"{float(value) * by_year.get(day[:4], 1):.4f}" if is_figure(value) else value) for day, value in rows
        ],
    )


# ---------------------------------------------------------------- missing and doubled


@on(DGS10, "dgs10_holidays_as_zero", "the blank of every holiday is a 0", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [(day, value or "0.00") for day, value in rows])


@on(series("RRPONTSYD"), "rrp_blanks_as_zero", "every blank is a 0, which this series can be", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [(day, value or "0.000") for day, value in rows])


@on(DGS10, "dgs10_figures_as_blank", "a year of figures is blank", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [(day, "" if day.startswith("2024") else value) for day, value in rows])


@on(DGS10, "dgs10_two_values_of_a_day", "one day is repeated with two values", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [*rows[:-1], (rows[-1][0], "4.99"), rows[-1]])


@on(DGS10, "dgs10_row_twice", "one row is repeated", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [*rows, rows[-1]])


@on(DGS10, "dgs10_text_as_value", "a value is `inf`", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [*rows[:-1], (rows[-1][0], "inf")])


@on(DGS10, "dgs10_decimal_comma", "values have a decimal comma", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [(day, value.replace(".", ",")) for day, value in rows])


# ---------------------------------------------------------------- bytes


@on(series("DGS30"), "dgs30_web_page", "a web page, with status 200", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return HTML


@on(series("DGS30"), "dgs30_error_as_json", "the API's error message, with status 200", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return b'{"error_code":400,"error_message":"Bad Request.  The series does not exist."}'


@on(series("DGS30"), "dgs30_empty", "an empty document", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return b""


on(series("DGS30"), "dgs30_cut_in_a_line", "the document ends in the middle of a line", REFUSED)(cut_in_line)
on(series("DGS30"), "dgs30_utf16", "a spreadsheet saved it as UTF-16", REFUSED)(to_utf16)


@on(series("DGS30"), "dgs30_header_only", "the header, and not one row", REFUSED)
def _(body: bytes) -> bytes:
    return body.split(b"\n")[0] + b"\n"


# ---------------------------------------------------------------- harmless

on(series("DGS2"), "dgs2_dos_line_ends", "line ends of DOS", HARMLESS)(dos_lines)


@on(
    series("DGS10"),
    "dgs10_old_header_and_dots",
    "the header DATE and a point for a missing value, as until 2024",
    HARMLESS,
)
def _(body: bytes) -> bytes:
    header, rows = rows_of(body)
    return text_of(header.replace("observation_date", "DATE"), [(day, value or ".") for day, value in rows])


@on(series("T10Y2Y"), "t10y2y_more_decimals", "the newest rows have ten decimals", HARMLESS)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: [*rows[:-3], *((day, f"{value}00000000") for day, value in rows[-3:])])


@on(series("VIXCLS"), "vix_column_added", "a column of another series more", HARMLESS)
def _(body: bytes) -> bytes:
    lines = body.decode().splitlines()
    return "\n".join([f"{lines[0]},OVXCLS", *(f"{line},31.4" for line in lines[1:]), ""]).encode()


@on(series("SOFR"), "sofr_newest_first", "the rows are ordered newest first", HARMLESS)
def _(body: bytes) -> bytes:
    return edit(body, lambda rows: rows[::-1])


@on(series("WALCL"), "walcl_byte_order_mark_and_blank_lines", "a byte order mark, and blank lines at the end", HARMLESS)
def _(body: bytes) -> bytes:
    return b"\xef\xbb\xbf" + body + b"\n\n"
