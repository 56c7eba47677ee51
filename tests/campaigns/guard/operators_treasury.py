"""Changes of the Treasury's par yield curve: a CSV a year, a column a tenor, newest day first."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from tests.campaigns.guard.editions import CURVE
from tests.campaigns.guard.operators import (
    HARMLESS,
    HTML,
    QUARANTINED,
    REFUSED,
    REPORTED,
    cut_in_line,
    on,
    unix_lines,
)

Cells = list[str]


def edit(body: bytes, change: Callable[[Cells], Cells | None]) -> bytes:
    """Change the rows of figures; the header stays, and there is no last line end."""
    header, *lines = body.decode().splitlines()
    changed = [change(line.split(",")) for line in lines]
    return "\n".join([header, *(",".join(cells) for cells in changed if cells is not None)]).encode()


def header_of(body: bytes) -> Cells:
    """The names of the columns."""
    return next(csv.reader(io.StringIO(body.decode())))


def swap_headers(body: bytes, one: str, other: str) -> bytes:
    """Two tenors change names."""
    first, second = f'"{one}"'.encode(), f'"{other}"'.encode()
    header, rest = body.split(b"\n", 1)
    return header.replace(first, b"@").replace(second, first).replace(b"@", second) + b"\n" + rest


@on(CURVE, "curve_2_and_10_years_swapped", "the columns of 2 and 10 years change names", REFUSED)
def _(body: bytes) -> bytes:
    return swap_headers(body, "2 Yr", "10 Yr")


@on(CURVE, "curve_neighbours_swapped", "the columns of 5 and 7 years change names", REFUSED)
def _(body: bytes) -> bytes:
    return swap_headers(body, "5 Yr", "7 Yr")


@on(
    CURVE,
    "curve_unchecked_neighbours_swapped",
    "the columns of 2 and 4 months, which FRED lacks, change names",
    REFUSED,
)
def _(body: bytes) -> bytes:
    return swap_headers(body, "2 Mo", "4 Mo")


@on(CURVE, "curve_columns_shifted", "every row has an empty cell after its date", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [cells[0], "", *cells[1:-1]])


@on(CURVE, "curve_cell_times_ten", "the newest 10-year yield is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    place = header_of(body).index("10 Yr")
    newest = body.decode().splitlines()[1].split(",")[0]

    def change(cells: Cells) -> Cells:
        return [*cells[:place], f"{float(cells[place]) * 10:.2f}", *cells[place + 1 :]] if cells[0] == newest else cells

    return edit(body, change)


@on(CURVE, "curve_typo", "one 20-year yield of summer is 0.20 too low", QUARANTINED)
def _(body: bytes) -> bytes:
    place = header_of(body).index("20 Yr")

    def change(cells: Cells) -> Cells:
        is_day = cells[0] == "07/15/2025"
        return [*cells[:place], f"{float(cells[place]) - 0.2:.2f}", *cells[place + 1 :]] if is_day else cells

    return edit(body, change)


@on(CURVE, "curve_as_fractions", "yields as fractions: 0.0416 and not 4.16", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [cells[0], *(f"{float(cell) / 100:.2f}" if cell else "" for cell in cells[1:])])


@on(CURVE, "curve_real_yields", "real yields at the address of nominal ones", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [cells[0], *(f"{float(cell) - 2.25:.2f}" if cell else "" for cell in cells[1:])])


@on(CURVE, "curve_day_first", "dates as day/month/year", REFUSED)
def _(body: bytes) -> bytes:
    return re.sub(rb"(?m)^([0-9]{2})/([0-9]{2})/", rb"\2/\1/", body)


@on(CURVE, "curve_of_another_year", "every date is a year earlier", REFUSED)
def _(body: bytes) -> bytes:
    return body.replace(b"/2025,", b"/2024,")


@on(CURVE, "curve_rows_a_day_late", "every row is dated a day later", REFUSED)
def _(body: bytes) -> bytes:
    lines = body.decode().splitlines()
    days = [line.split(",", 1)[0] for line in lines[1:]]
    rows = [line.split(",", 1)[1] for line in lines[1:]]
    return "\n".join(
        [lines[0], *(f"{day},{row}" for day, row in zip(days, [*rows[1:], rows[-1]], strict=True))]
    ).encode()


@on(CURVE, "curve_holiday_as_zero", "a holiday has a row of zeros", QUARANTINED)
def _(body: bytes) -> bytes:
    lines = body.decode().splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("11/26/2025"))
    lines.insert(place, ",".join(["11/27/2025", *["0.00"] * (lines[0].count(","))]))
    return "\n".join(lines).encode()


def on_days(body: bytes, change: Callable[[int, list[Cells]], Cells]) -> bytes:
    """Change each row, given its place (0 is the newest) and all rows."""
    header, *lines = body.decode().splitlines()
    rows = [line.split(",") for line in lines]
    return "\n".join([header, *(",".join(change(place, rows)) for place in range(len(rows)))]).encode()


@on(CURVE, "curve_times_1005", "every yield is 0.5 % too large", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [cells[0], *(f"{float(cell) * 1.005:.2f}" if cell else "" for cell in cells[1:])])


@on(
    CURVE, "curve_day_before_plus_a_point", "the newest day is the one before plus 0.01, but for one tenor", QUARANTINED
)
def _(body: bytes) -> bytes:
    place = header_of(body).index("7 Yr")

    def change(number: int, rows: list[Cells]) -> Cells:
        if number:
            return rows[number]
        moved = [f"{float(cell) + 0.01:.2f}" for cell in rows[1][1:]]
        return [rows[0][0], *moved[: place - 1], rows[1][place], *moved[place:]]

    return on_days(body, change)


@on(CURVE, "curve_a_point_too_high", "on the newest day, all tenors but one are 0.01 too high", QUARANTINED)
def _(body: bytes) -> bytes:
    names = header_of(body)

    def change(number: int, rows: list[Cells]) -> Cells:
        cells = rows[number]
        return (
            cells
            if number
            else [
                cells[0],
                *(
                    cell if name == "7 Yr" else f"{float(cell) + 0.01:.2f}"
                    for name, cell in zip(names[1:], cells[1:], strict=True)
                ),
            ]
        )

    return on_days(body, change)


@on(CURVE, "curve_week_again", "the newest week is the one before, to the last digit", QUARANTINED)
def _(body: bytes) -> bytes:
    return on_days(body, lambda number, rows: [rows[number][0], *rows[number + 5 if number < 5 else number][1:]])


@on(CURVE, "curve_three_weeks_still", "the last three weeks have one curve", REFUSED)
def _(body: bytes) -> bytes:
    return on_days(body, lambda number, rows: [rows[number][0], *rows[15 if number < 15 else number][1:]])


@on(CURVE, "curve_day_missing", "a business day is missing among the new rows", REPORTED)
def _(body: bytes) -> bytes:
    lines = body.decode().splitlines()
    return "\n".join([*lines[:3], *lines[4:]]).encode()


@on(CURVE, "curve_newest_cells_blank", "the newest three cells of one column are blank", REPORTED)
def _(body: bytes) -> bytes:
    place = header_of(body).index("10 Yr")
    return on_days(
        body,
        lambda number, rows: [
            *rows[number][:place],
            "" if number < 3 else rows[number][place],
            *rows[number][place + 1 :],
        ],
    )


@on(CURVE, "curve_web_page", "a web page, with status 200", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return HTML


on(CURVE, "curve_cut_in_a_line", "the document ends in the middle of a line", REFUSED)(cut_in_line)


@on(CURVE, "curve_columns_in_another_order", "the longest tenor comes first, with its header", HARMLESS)
def _(body: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(body.decode())))
    return "\n".join(",".join([cells[0], *reversed(cells[1:])]) for cells in rows).encode()


@on(CURVE, "curve_oldest_first", "the rows are ordered oldest first, with quotes and a final line end", HARMLESS)
def _(body: bytes) -> bytes:
    header, *lines = unix_lines(body).decode().splitlines()
    quoted = [",".join(f'"{cell}"' if cell else "" for cell in line.split(",")) for line in reversed(lines)]
    return ("\n".join([header, *quoted]) + "\n").encode()
