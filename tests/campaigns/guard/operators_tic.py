"""Changes of the TIC files.

Belongs here: the positions of countries, months and columns in these files, and their faults.
Does not belong here: changes of other publishers' files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tests.campaigns.guard.editions import (
    CALENDAR,
    HISTORY,
    SURVEY,
    TABLE_1,
    TABLE_3,
    TABLE_3D,
    TABLE_5,
    TRANSACTIONS,
)
from tests.campaigns.guard.operators import (
    BLOCKED,
    HARMLESS,
    HTML,
    QUARANTINED,
    REPORTED,
    Arrival,
    Operator,
    across,
    cut_in_line,
    on,
    register,
    to_utf16,
    unix_lines,
)

Cells = list[str]

TOTAL, NET, LONG, LONG_NET, LONG_VALUATION, BILLS, BILLS_NET = range(3, 10)
"""Columns of table 3."""

JAPAN, CHINA, UNITED_KINGDOM, FRANCE, IRELAND = "42609", "41408", "13005", "10804", "11401"
CHILE, COLOMBIA, PERU, DENMARK = "30406", "30503", "32204", "10502"
EUROPE, ALL_COUNTRIES, GRAND_TOTAL, OFFICIAL, PRIVATE = "19992", "69995", "99996", "99990", "99991"


# ---------------------------------------------------------------- tables with a row a country and month


def is_figure_row(cells: Cells) -> bool:
    """A row of table 1 or table 3."""
    return len(cells) > 3 and cells[1].strip().isdigit() and re.fullmatch(r"[0-9]{4}-[0-9]{2}", cells[2]) is not None


def edit(body: bytes, change: Callable[[Cells], Cells | None], delimiter: str = "\t") -> bytes:
    """Change the rows of figures; None takes a row out."""
    lines = []
    for line in body.decode("latin-1").split("\r\n"):
        cells: Cells | None = line.split(delimiter)
        if cells is not None and is_figure_row(cells):
            cells = change(cells)
        if cells is not None:
            lines.append(delimiter.join(cells))
    return "\r\n".join(lines).encode("latin-1")


def rows_of(body: bytes) -> Iterator[Cells]:
    """The rows of figures."""
    for line in body.decode("latin-1").split("\r\n"):
        cells = line.split("\t")
        if is_figure_row(cells):
            yield cells


def months_of(body: bytes) -> list[str]:
    """Newest first."""
    return sorted({cells[2] for cells in rows_of(body)}, reverse=True)


def edit_cell(body: bytes, code: str, month: str, change: Callable[[Cells], Cells | None]) -> bytes:
    """Change the row of one country and month."""
    return edit(body, lambda cells: change(cells) if (cells[1], cells[2]) == (code, month) else cells)


def scaled(cells: Cells, columns: list[int] | range, factor: float) -> Cells:
    """Some figures of a row times a factor; what is missing stays missing."""
    cells = list(cells)
    for column in columns:
        if re.fullmatch(r"-?[0-9]+", cells[column]):
            cells[column] = str(round(int(cells[column]) * factor))
    return cells


def swap_columns(cells: Cells, one: int, other: int) -> Cells:
    """A row with two cells swapped."""
    cells = list(cells)
    cells[one], cells[other] = cells[other], cells[one]
    return cells


def swap_figures(body: bytes, one: str, other: str, months: set[str] | None = None) -> bytes:
    """Each of two countries has the other's figures, in all months or in some."""
    figures = {(cells[1], cells[2]): cells[3:] for cells in rows_of(body) if cells[1] in (one, other)}

    def change(cells: Cells) -> Cells:
        if cells[1] in (one, other) and (months is None or cells[2] in months):
            twin = other if cells[1] == one else one
            return [*cells[:3], *figures[twin, cells[2]]]
        return cells

    return edit(body, change)


def later(month: str, by: int) -> str:
    """YYYY-MM, some months on."""
    year, number = map(int, month.split("-"))
    count = year * 12 + number - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def _sum_again(cells: Cells) -> Cells:
    """Total holdings made to agree with their parts."""
    cells = list(cells)
    cells[TOTAL] = str(int(cells[LONG]) + int(cells[BILLS]))
    return cells


# ---------------------------------------------------------------- table 3: one figure


@on(TABLE_3, "table3_cell_times_ten", "Japan's total of the newest month has a digit too many", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_cell(body, JAPAN, months_of(body)[0], lambda cells: scaled(cells, [TOTAL], 10))


@on(
    TABLE_3,
    "table3_cell_times_ten_in_total_and_part",
    "Japan's long-term holdings of the newest month are ten times too large, and the total agrees with them",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    return edit_cell(body, JAPAN, months_of(body)[0], lambda cells: _sum_again(scaled(cells, [LONG], 10)))


@on(
    TABLE_3,
    "table3_small_country_long_term_typo",
    "Chile's long-term holdings of the newest month are 40 % too large, and the total agrees",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    return edit_cell(body, CHILE, months_of(body)[0], lambda cells: _sum_again(scaled(cells, [LONG], 1.4)))


@on(
    TABLE_3,
    "table3_small_country_bills_typo",
    "Peru's bills of the newest month are 30 % too large, and the total agrees",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    return edit_cell(body, PERU, months_of(body)[0], lambda cells: _sum_again(scaled(cells, [BILLS], 1.3)))


@on(
    TABLE_3,
    "table3_small_country_last_months_row",
    "Denmark's figures of the newest month are those of the month before",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    newest, before = months_of(body)[:2]
    stale = next(cells[3:] for cells in rows_of(body) if (cells[1], cells[2]) == (DENMARK, before))
    return edit_cell(body, DENMARK, newest, lambda cells: [*cells[:3], *stale])


@on(
    TABLE_3,
    "table3_small_country_bills_sign",
    "Peru's bills of the newest month have the wrong sign; the total and net purchases follow",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    def change(cells: Cells) -> Cells:
        cells = list(cells)
        by = -2 * int(cells[BILLS])
        for column in (BILLS, TOTAL, BILLS_NET, NET):
            cells[column] = str(int(cells[column]) + by)
        return cells

    return edit_cell(body, PERU, months_of(body)[0], change)


@on(TABLE_3, "table3_holdings_negative", "France's long-term holdings of an old month are negative", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_cell(body, FRANCE, months_of(body)[14], lambda cells: scaled(cells, [LONG], -1))


@on(TABLE_3, "table3_row_shifted", "the cells of one row are moved one column to the right", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_cell(body, CHINA, months_of(body)[3], lambda cells: [*cells[:3], "n.a.", *cells[3:9]])


@on(TABLE_3, "table3_grand_total_off", "the Grand Total of the newest month is 5 billion too large", QUARANTINED)
def _(body: bytes) -> bytes:
    def change(cells: Cells) -> Cells:
        cells = list(cells)
        for column in (TOTAL, LONG):
            cells[column] = str(int(cells[column]) + 5000)
        return cells

    return edit_cell(body, GRAND_TOTAL, months_of(body)[0], change)


@on(TABLE_3, "table3_net_sales_sign_of_one", "Japan's net sales of one month have the wrong sign", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_cell(body, JAPAN, months_of(body)[1], lambda cells: scaled(cells, [LONG_NET], -1))


@on(TABLE_3, "table3_footnote_on_a_figure", "a figure carries a mark: 1209877 r/", BLOCKED)
def _(body: bytes) -> bytes:
    def change(cells: Cells) -> Cells:
        return [*cells[:TOTAL], f"{cells[TOTAL]} r/", *cells[TOTAL + 1 :]]

    return edit_cell(body, JAPAN, months_of(body)[0], change)


@on(TABLE_3, "table3_infinite_figure", "a figure is `inf`", BLOCKED)
def _(body: bytes) -> bytes:
    return edit_cell(body, CHINA, months_of(body)[0], lambda cells: [*cells[:TOTAL], "inf", *cells[TOTAL + 1 :]])


# ---------------------------------------------------------------- table 3: columns


@on(TABLE_3, "table3_units_in_billions", "all figures are billions, under a title that says millions", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: scaled(cells, range(TOTAL, 10), 1 / 1000))


@on(TABLE_3, "table3_units_in_thousands", "all figures are thousands, under a title that says millions", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: scaled(cells, range(TOTAL, 10), 1000))


@on(TABLE_3, "table3_unit_line_changed", "the title says billions of dollars", BLOCKED)
def _(body: bytes) -> bytes:
    return body.replace(b"Millions of dollars", b"Billions of dollars")


@on(TABLE_3, "table3_net_sales_sign_of_all", "all net sales have the sign of the US side", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: scaled(cells, [NET, LONG_NET, BILLS_NET], -1))


@on(
    TABLE_3,
    "table3_long_term_net_sales_sign_of_all",
    "all net sales of long-term securities have the wrong sign",
    BLOCKED,
)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: scaled(cells, [LONG_NET], -1))


@on(TABLE_3, "table3_flows_and_valuation_swapped", "net sales and valuation change are swapped", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: swap_columns(cells, LONG_NET, LONG_VALUATION))


@on(TABLE_3, "table3_bills_and_long_term_swapped", "bills and long-term are swapped", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: swap_columns(swap_columns(cells, LONG, BILLS), LONG_NET, BILLS_NET))


@on(TABLE_3, "table3_columns_shifted", "every row has an empty cell before its figures", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [*cells[:3], "", *cells[3:]])


@on(TABLE_3, "table3_order_changed_without_header", "the last column of figures comes first; the header stays", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [*cells[:3], cells[9], *cells[3:9]])


@on(TABLE_3, "table3_header_renamed", "the column for_treas_pos is called foreign_treasuries", BLOCKED)
def _(body: bytes) -> bytes:
    return body.replace(b"\tfor_treas_pos\t", b"\tforeign_treasuries\t")


@on(TABLE_3, "table3_missing_as_zero", "every n.a. is a 0", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [*cells[:3], *("0" if cell == "n.a." else cell for cell in cells[3:])])


@on(TABLE_3, "table3_missing_as_blank", "every n.a. is a blank", BLOCKED)
def _(body: bytes) -> bytes:
    return body.replace(b"n.a.", b"")


@on(TABLE_3, "table3_flows_a_month_late", "net sales and valuation are a month too late for all countries", BLOCKED)
def _(body: bytes) -> bytes:
    flows = {(cells[1], cells[2]): cells for cells in rows_of(body)}

    def change(cells: Cells) -> Cells:
        earlier = flows.get((cells[1], later(cells[2], -1)), cells)
        cells = list(cells)
        for column in (NET, LONG_NET, LONG_VALUATION):
            cells[column] = earlier[column]
        return cells

    return edit(body, change)


@on(
    TABLE_3,
    "table3_bills_of_last_month",
    "the bills of the newest month are those of the month before, and the totals agree",
    BLOCKED,
)
def _(body: bytes) -> bytes:
    newest, before = months_of(body)[:2]
    stale = {cells[1]: cells[BILLS] for cells in rows_of(body) if cells[2] == before}

    def change(cells: Cells) -> Cells:
        if cells[2] != newest or cells[BILLS] == "n.a." or cells[LONG] == "n.a.":
            return cells
        return _sum_again([*cells[:BILLS], stale[cells[1]], *cells[BILLS + 1 :]])

    return edit(body, change)


# ---------------------------------------------------------------- table 3: countries


@on(TABLE_3, "table3_two_countries_swapped", "Japan and the United Kingdom have each other's figures", BLOCKED)
def _(body: bytes) -> bytes:
    return swap_figures(body, JAPAN, UNITED_KINGDOM)


@on(
    TABLE_3,
    "table3_two_small_countries_swapped",
    "Chile and Colombia, which are not in table 5, have each other's figures",
    BLOCKED,
)
def _(body: bytes) -> bytes:
    return swap_figures(body, CHILE, COLOMBIA)


@on(
    TABLE_3,
    "table3_two_countries_swapped_in_one_month",
    "France and Ireland have each other's figures in the newest month",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    return swap_figures(body, FRANCE, IRELAND, {months_of(body)[0]})


@on(TABLE_3, "table3_names_swapped", "Chile is called Colombia, and the reverse; the codes stay", BLOCKED)
def _(body: bytes) -> bytes:
    names = {CHILE: "Colombia", COLOMBIA: "Chile"}
    return edit(body, lambda cells: [names.get(cells[1], cells[0]), *cells[1:]])


@on(TABLE_3, "table3_codes_swapped", "Japan has China's code, and the reverse; the names stay", BLOCKED)
def _(body: bytes) -> bytes:
    codes = {JAPAN: CHINA, CHINA: JAPAN}
    return edit(body, lambda cells: [cells[0], codes.get(cells[1], cells[1]), *cells[2:]])


@on(TABLE_3, "table3_unknown_code", "Japan has the unused code 42610", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [cells[0], "42610" if cells[1] == JAPAN else cells[1], *cells[2:]])


@on(TABLE_3, "table3_country_renamed", "Turkey is called Tuerkiye, which is not in the list of names yet", REPORTED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: ["Tuerkiye" if cells[0] == "Turkey" else cells[0], *cells[1:]])


@on(TABLE_3, "table3_aggregate_as_country", "Germany has the figures of Total Europe", BLOCKED)
def _(body: bytes) -> bytes:
    europe = {cells[2]: cells[3:] for cells in rows_of(body) if cells[1] == EUROPE}
    return edit(body, lambda cells: [*cells[:3], *europe[cells[2]]] if cells[0] == "Germany" else cells)


@on(TABLE_3, "table3_official_and_private_swapped", "official holders have the figures of the others", BLOCKED)
def _(body: bytes) -> bytes:
    return swap_figures(body, OFFICIAL, PRIVATE)


@on(TABLE_3, "table3_totals_swapped", "All Countries has the code of the Grand Total, and the reverse", BLOCKED)
def _(body: bytes) -> bytes:
    codes = {ALL_COUNTRIES: GRAND_TOTAL, GRAND_TOTAL: ALL_COUNTRIES}
    return edit(body, lambda cells: [cells[0], codes.get(cells[1], cells[1]), *cells[2:]])


@on(TABLE_3, "table3_all_countries_for_grand_total", "the Grand Total has the figures of All Countries", BLOCKED)
def _(body: bytes) -> bytes:
    figures = {cells[2]: cells[3:] for cells in rows_of(body) if cells[1] == ALL_COUNTRIES}
    return edit(body, lambda cells: [*cells[:3], *figures[cells[2]]] if cells[1] == GRAND_TOTAL else cells)


@on(TABLE_3, "table3_country_dropped", "Denmark is not there", BLOCKED, first=REPORTED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: None if cells[1] == DENMARK else cells)


@on(TABLE_3, "table3_region_dropped", "Total Asia is not there", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: None if cells[0] == "Total Asia" else cells)


# ---------------------------------------------------------------- table 3: months and rows


@on(TABLE_3, "table3_month_twice", "the rows of the newest month are repeated", BLOCKED)
def _(body: bytes) -> bytes:
    newest = months_of(body)[0]
    return b"\r\n".join(
        line for line in body.split(b"\r\n") for _ in range(2 if line.split(b"\t")[2:3] == [newest.encode()] else 1)
    )


@on(TABLE_3, "table3_month_under_another_name", "the newest month is repeated as the following month", BLOCKED)
def _(body: bytes) -> bytes:
    newest = months_of(body)[0]
    lines = []
    for line in body.decode("latin-1").split("\r\n"):
        cells = line.split("\t")
        if is_figure_row(cells) and cells[2] == newest:
            lines.append("\t".join([*cells[:2], later(newest, 1), *cells[3:]]))
        lines.append(line)
    return "\r\n".join(lines).encode("latin-1")


@on(
    TABLE_3,
    "table3_month_replaced_by_its_neighbour",
    "the figures of an old month are those of the month before it",
    BLOCKED,
)
def _(body: bytes) -> bytes:
    month = months_of(body)[9]
    figures = {cells[1]: cells[3:] for cells in rows_of(body) if cells[2] == later(month, -1)}
    return edit(body, lambda cells: [*cells[:3], *figures[cells[1]]] if cells[2] == month else cells)


@on(TABLE_3, "table3_month_dropped", "a month in the middle is not there", BLOCKED)
def _(body: bytes) -> bytes:
    month = months_of(body)[20]
    return edit(body, lambda cells: None if cells[2] == month else cells)


@on(TABLE_3, "table3_one_row_dropped", "one country lacks one month", BLOCKED)
def _(body: bytes) -> bytes:
    return edit_cell(body, CHINA, months_of(body)[5], lambda cells: None)  # noqa: ARG005


@on(TABLE_3, "table3_months_off_by_one", "every figure is dated a month too late", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [*cells[:2], later(cells[2], 1), *cells[3:]])


@on(TABLE_3, "table3_months_off_by_minus_one", "every figure is dated a month too early", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [*cells[:2], later(cells[2], -1), *cells[3:]])


@on(TABLE_3, "table3_old_file_with_new_months", "the file of two months ago with its months shifted by two", BLOCKED)
def _(body: bytes) -> bytes:
    newest = months_of(body)[:2]
    old = edit(body, lambda cells: None if cells[2] in newest else cells)
    return edit(old, lambda cells: [*cells[:2], later(cells[2], 2), *cells[3:]])


@across((TABLE_3,), "table3_last_edition_again", "the file of the month before, on the day of the new one", BLOCKED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {TABLE_3: arrival.before[TABLE_3]}


@on(TABLE_3, "table3_older_edition", "the file of two months ago, on the day of the new one", BLOCKED)
def _(body: bytes) -> bytes:
    newest = months_of(body)[:2]
    return edit(body, lambda cells: None if cells[2] in newest else cells)


@on(TABLE_3, "table3_history_shortened", "the first three years are not there", REPORTED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: None if cells[2] < "2023-01" else cells)


@on(TABLE_3, "table3_newest_month_scaled", "all holdings of the newest month are 10 % too large", BLOCKED)
def _(body: bytes) -> bytes:
    newest = months_of(body)[0]
    return edit(body, lambda cells: _scaled_month(cells, 1.1) if cells[2] == newest else cells)


@on(TABLE_3, "table3_old_month_scaled", "all holdings of an old month are 10 % too large", BLOCKED)
def _(body: bytes) -> bytes:
    month = months_of(body)[30]
    return edit(body, lambda cells: _scaled_month(cells, 1.1) if cells[2] == month else cells)


@on(TABLE_3, "table3_past_scaled", "all holdings before the last two months are 2 % too large", BLOCKED)
def _(body: bytes) -> bytes:
    recent = months_of(body)[:2]
    return edit(body, lambda cells: cells if cells[2] in recent else _scaled_month(cells, 1.02))


def _scaled_month(cells: Cells, factor: float) -> Cells:
    cells = scaled(cells, [LONG, BILLS], factor)
    return _sum_again(cells) if cells[BILLS] != "n.a." and cells[LONG] != "n.a." else cells


@on(TABLE_3, "table3_spreadsheet_months", "a spreadsheet wrote the months as Apr-26", BLOCKED)
def _(body: bytes) -> bytes:
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return edit(body, lambda cells: [*cells[:2], f"{names[int(cells[2][5:]) - 1]}-{cells[2][2:4]}", *cells[3:]])


@on(TABLE_3, "table3_rows_cut_off", "the last tenth of the rows is not there", BLOCKED)
def _(body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    return b"\r\n".join(lines[: int(len(lines) * 0.9)]) + b"\r\n"


@on(TABLE_3, "table3_cut_in_a_line", "the document ends in the middle of a line", BLOCKED)
def _(body: bytes) -> bytes:
    return cut_in_line(body)


# ---------------------------------------------------------------- table 3: bytes


@on(TABLE_3, "table3_web_page", "a web page, with status 200", BLOCKED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return HTML


@on(TABLE_3, "table3_empty", "an empty document, with status 200", BLOCKED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return b""


@on(TABLE_3, "table3_utf16", "a spreadsheet saved it as UTF-16", BLOCKED)
def _(body: bytes) -> bytes:
    return to_utf16(body)


@on(TABLE_3, "table3_nul_bytes", "a block of NUL bytes in the middle", BLOCKED)
def _(body: bytes) -> bytes:
    return body[: len(body) // 2] + b"\x00" * 512 + body[len(body) // 2 + 512 :]


@across((TABLE_3,), "table3_is_table5", "the content of table 5", BLOCKED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {TABLE_3: arrival.now[TABLE_5]}


@on(TABLE_3, "table3_columns_in_another_order", "two columns change places, with their headers", HARMLESS)
def _(body: bytes) -> bytes:
    lines = []
    for line in body.split(b"\r\n"):
        cells = line.split(b"\t")
        if len(cells) == 10 and any(cells[3:]):
            cells[TOTAL], cells[BILLS] = cells[BILLS], cells[TOTAL]
        lines.append(b"\t".join(cells))
    return b"\r\n".join(lines)


@on(TABLE_3, "table3_column_added", "an additional column with its own header", HARMLESS)
def _(body: bytes) -> bytes:
    lines = []
    for line in body.split(b"\r\n"):
        cells = line.split(b"\t")
        if cells[0] == b"country":
            cells.append(b"for_frn_pos")
        elif len(cells) == 10:
            cells.append(b"7" if is_figure_row(line.decode().split("\t")) else b"")
        lines.append(b"\t".join(cells))
    return b"\r\n".join(lines)


@on(TABLE_3, "table3_row_order", "the rows are ordered oldest first, the countries in reverse order", HARMLESS)
def _(body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    places = [number for number, line in enumerate(lines) if is_figure_row(line.decode("latin-1").split("\t"))]
    turned = [lines[place] for place in reversed(places)]
    for place, line in zip(places, turned, strict=True):
        lines[place] = line
    return b"\r\n".join(lines)


@on(
    TABLE_3,
    "table3_country_added",
    "additional rows for Iceland, a known country",
    HARMLESS,
    adds="country_code = '11304'",
)
def _(body: bytes) -> bytes:
    lines = []
    for line in body.decode("latin-1").split("\r\n"):
        cells = line.split("\t")
        if is_figure_row(cells) and cells[0] == "Ireland":
            has_flows = cells[LONG_NET] != "n.a."
            flows = ["0", "0", "0"] if has_flows else ["n.a.", "n.a.", "n.a."]
            bills = cells[BILLS_NET] if cells[BILLS_NET] == "n.a." else "0"
            lines.append("\t".join(["Iceland", "11304", cells[2], "21", flows[0], "14", *flows[1:], "7", bills]))
        lines.append(line)
    return "\r\n".join(lines).encode("latin-1")


def _mend_the_slip(arrival: Arrival) -> dict[str, bytes]:
    """Coupons of December 2024 as in table 1 of the release after, and totals that agree with them."""
    right = {cells[1]: cells[6:9] for cells in rows_of(arrival.now[TABLE_1]) if cells[2] == "2024-12"}

    def change(cells: Cells) -> Cells:
        if cells[2] != "2024-12" or "n.a." in cells:
            return cells
        mended = [*cells[:LONG], *right[cells[1]], *cells[BILLS:]]
        mended[NET] = str(int(mended[LONG_NET]) + int(mended[BILLS_NET]))
        return _sum_again(mended)

    return {TABLE_3: edit(arrival.now[TABLE_3], change)}


register(
    Operator(
        "table3_slip_mended",
        "the publisher corrects its mistake of December 2024, which a correction replaces until then",
        (TABLE_3,),
        None,  # the last good warehouse has the slip in table 1 of the same release
        HARMLESS,
        _mend_the_slip,
        # The change of January starts from the holdings of December.
        adds="month_end in ('2024-12-31', '2025-01-31')",
    )
)


# ---------------------------------------------------------------- table 5


def edit_wide(body: bytes, change: Callable[[Cells], Cells | None]) -> bytes:
    """Change the rows of figures of table 5; the header stays."""
    lines = []
    for line in body.decode().split("\r\n"):
        cells: Cells | None = line.split("\t")
        if cells is not None and len(cells) > 2 and re.fullmatch(r"-?[0-9.]+", cells[1]):
            cells = change(cells)
        if cells is not None:
            lines.append("\t".join(cells))
    return "\r\n".join(lines).encode()


def of_row(name: str, change: Callable[[Cells], Cells | None]) -> Callable[[Cells], Cells | None]:
    """A change of the row of one name."""
    return lambda cells: change(cells) if cells[0] == name else cells


@on(TABLE_5, "table5_cell_times_ten", "Japan's newest figure is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_wide(body, of_row("Japan", lambda cells: [cells[0], f"{float(cells[1]) * 10:.1f}", *cells[2:]]))


@on(TABLE_5, "table5_digits_transposed", "Japan's newest figure has two digits swapped: 1290.9 for 1209.9", QUARANTINED)
def _(body: bytes) -> bytes:
    def change(cells: Cells) -> Cells:
        figure = cells[1]
        return [cells[0], figure[:2] + figure[3] + figure[2] + figure[4:], *cells[2:]]

    return edit_wide(body, of_row("Japan", change))


@on(TABLE_5, "table5_all_other_off", "All Other of the newest month is 50 billion too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_wide(body, of_row("All Other", lambda cells: [cells[0], f"{float(cells[1]) + 50:.1f}", *cells[2:]]))


@on(TABLE_5, "table5_months_off_by_one", "the header names each month one too late", BLOCKED)
def _(body: bytes) -> bytes:
    return re.sub(rb"(?<=\t)[0-9]{4}-[0-9]{2}", lambda match: later(match[0].decode(), 1).encode(), body)


@on(TABLE_5, "table5_months_turned_without_figures", "the header is oldest first, the figures newest first", BLOCKED)
def _(body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    place = next(number for number, line in enumerate(lines) if line.startswith(b"Country\t"))
    first, *months = lines[place].split(b"\t")
    lines[place] = b"\t".join([first, *reversed(months)])
    return b"\r\n".join(lines)


@on(TABLE_5, "table5_newest_month_is_the_one_before", "the newest month has the figures of the month before", BLOCKED)
def _(body: bytes) -> bytes:
    return edit_wide(body, lambda cells: [cells[0], cells[2], *cells[2:]])


@on(TABLE_5, "table5_units_in_millions", "all figures are millions, under a title that says billions", BLOCKED)
def _(body: bytes) -> bytes:
    return edit_wide(body, lambda cells: [cells[0], *(f"{float(cell) * 1000:.1f}" for cell in cells[1:])])


@on(TABLE_5, "table5_two_countries_swapped", "France and Ireland have each other's figures", BLOCKED)
def _(body: bytes) -> bytes:
    names = {"France": "Ireland", "Ireland": "France"}
    return edit_wide(body, lambda cells: [names.get(cells[0], cells[0]), *cells[1:]])


@on(TABLE_5, "table5_aggregate_as_country", "All Other is called Germany", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_wide(body, of_row("All Other", lambda cells: ["Germany", *cells[1:]]))


@on(TABLE_5, "table5_official_bills_and_coupons_swapped", "official bills and official coupons change names", BLOCKED)
def _(body: bytes) -> bytes:
    one, other = b"Foreign Official Treasury Bills", b"Foreign Official T-Bonds & Notes"
    return body.replace(one, b"@").replace(other, one).replace(b"@", other)


@on(TABLE_5, "table5_country_twice", "Japan has two rows", BLOCKED)
def _(body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    place = next(number for number, line in enumerate(lines) if line.startswith(b"Japan\t"))
    return b"\r\n".join([*lines[:place], lines[place], *lines[place:]])


@on(TABLE_5, "table5_country_dropped", "Japan is not there", BLOCKED)
def _(body: bytes) -> bytes:
    return edit_wide(body, of_row("Japan", lambda cells: None))  # noqa: ARG005


@on(TABLE_5, "table5_decimal_comma", "figures have a decimal comma", BLOCKED)
def _(body: bytes) -> bytes:
    return edit_wide(body, lambda cells: [cells[0], *(cell.replace(".", ",") for cell in cells[1:])])


@across((TABLE_5,), "table5_last_edition_again", "the file of the previous month with a new table 3", BLOCKED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {TABLE_5: arrival.before[TABLE_5]}


@across((TABLE_5,), "table5_is_the_dead_mfh", "the dead mfh.txt at the address of table 5", BLOCKED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {TABLE_5: arrival.now["tic/mfh"]}


@on(TABLE_5, "table5_thousands_separators", "figures have thousands separators", HARMLESS)
def _(body: bytes) -> bytes:
    return edit_wide(body, lambda cells: [cells[0], *(f"{float(cell):,.1f}" for cell in cells[1:])])


@on(TABLE_5, "table5_footnote_on_a_name", "a name carries a footnote mark: China, Mainland 2/", HARMLESS)
def _(body: bytes) -> bytes:
    return body.replace(b"\nChina, Mainland\t", b"\nChina, Mainland 2/\t")


@on(TABLE_5, "table5_columns_in_another_order", "the months are ordered oldest first, in header and figures", HARMLESS)
def _(body: bytes) -> bytes:
    lines = []
    for line in body.split(b"\r\n"):
        cells = line.split(b"\t")
        lines.append(b"\t".join([cells[0], *reversed(cells[1:])]) if len(cells) == 14 and cells[1] else line)
    return b"\r\n".join(lines)


@on(TABLE_5, "table5_unix_line_ends", "line ends of Unix", HARMLESS)
def _(body: bytes) -> bytes:
    return unix_lines(body)


# ---------------------------------------------------------------- table 1


@on(TABLE_1, "table1_total_times_ten", "one total of all securities is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_cell(body, JAPAN, months_of(body)[0], lambda cells: scaled(cells, [3], 10))


@on(TABLE_1, "table1_agency_times_ten", "one figure of agency bonds is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_cell(body, JAPAN, months_of(body)[0], lambda cells: scaled(cells, [9], 10))


def _all_again(cells: Cells) -> Cells:
    """All securities of table 1 made to agree with their parts."""
    sums = [str(sum(int(cells[column + measure]) for column in (6, 9, 12, 15))) for measure in range(3)]
    return [*cells[:3], *sums, *cells[6:]]


@on(
    TABLE_1,
    "table1_newest_valuation_missing",
    "the valuation of agency bonds is n.a. for every country in the newest month",
    BLOCKED,
)
def _(body: bytes) -> bytes:
    newest = months_of(body)[0]
    return edit(body, lambda cells: [*cells[:11], "n.a.", *cells[12:]] if cells[2] == newest else cells)


@on(
    TABLE_1,
    "table1_agencies_of_last_month",
    "Ireland's agency bonds of the newest month are those of the month before; all securities agree",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    newest, before = months_of(body)[:2]
    stale = next(cells[9:12] for cells in rows_of(body) if (cells[1], cells[2]) == (IRELAND, before))
    return edit_cell(body, IRELAND, newest, lambda cells: _all_again([*cells[:9], *stale, *cells[12:]]))


@on(
    TABLE_1,
    "table1_agencies_stand_still",
    "Ireland's agency bonds are the same in the four newest months; all securities agree",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    months = months_of(body)[:4]
    still = next(cells[9] for cells in rows_of(body) if (cells[1], cells[2]) == (IRELAND, months[-1]))

    def change(cells: Cells) -> Cells:
        if cells[1] != IRELAND or cells[2] not in months:
            return cells
        return _all_again([*cells[:9], still, *cells[10:]])

    return edit(body, change)


@on(
    TABLE_1,
    "table1_agencies_rescaled",
    "Ireland's agency bonds are 0.5 % larger in every month; all securities agree",
    QUARANTINED,
    first=None,
)
def _(body: bytes) -> bytes:
    def change(cells: Cells) -> Cells:
        if cells[1] != IRELAND or "n.a." in cells:
            return cells
        return _all_again(scaled(cells, [9], 1.005))

    return edit(body, change)


@on(TABLE_1, "table1_treasuries_and_agencies_swapped", "Treasuries and agency bonds change places", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [*cells[:6], *cells[9:12], *cells[6:9], *cells[12:]])


@on(TABLE_1, "table1_bonds_and_equity_swapped", "corporate bonds and equity change places", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: [*cells[:12], *cells[15:18], *cells[12:15], *cells[18:]])


@on(TABLE_1, "table1_units_in_billions", "all figures are billions, under a title that says millions", BLOCKED)
def _(body: bytes) -> bytes:
    return edit(body, lambda cells: scaled(cells, range(3, 18), 1 / 1000))


@on(TABLE_1, "table1_newest_month_scaled", "all figures of the newest month are 10 % too large", BLOCKED)
def _(body: bytes) -> bytes:
    newest = months_of(body)[0]
    return edit(body, lambda cells: scaled(cells, range(3, 18), 1.1) if cells[2] == newest else cells)


@on(
    TABLE_1,
    "table1_one_month_of_two_countries",
    "France and Ireland have each other's figures in one month",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    return swap_figures(body, FRANCE, IRELAND, {months_of(body)[0]})


# A first load cannot tell it from a release that is late: it says so, and the figures are the publisher's.
@across(
    (TABLE_1,),
    "table1_last_edition_again",
    "the file of the month before, on the day of the new one",
    REPORTED,
    first=None,
)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {TABLE_1: arrival.before[TABLE_1]}


@on(TABLE_1, "table1_padding_stripped", "no padding behind titles and notes", HARMLESS)
def _(body: bytes) -> bytes:
    return b"\r\n".join(line.rstrip(b"\t ") for line in body.split(b"\r\n"))


@on(TABLE_1, "table1_byte_order_mark", "a byte order mark at the start", HARMLESS)
def _(body: bytes) -> bytes:
    return b"\xef\xbb\xbf" + body


# ---------------------------------------------------------------- the history


def edit_block(body: bytes, year: str, change: Callable[[Cells], Cells | None]) -> bytes:
    """Change the rows of figures in the block of one year."""
    lines, block = [], ""
    for line in body.decode("latin-1").split("\r\n"):
        cells: Cells | None = line.split("\t")
        assert cells is not None
        if cells[0] == "Country":
            block = cells[1].strip()
        elif block == year and len(cells) > 2 and re.fullmatch(r"[0-9.]+", cells[1].strip()):
            cells = change(cells)
        if cells is not None:
            lines.append("\t".join(cells))
    return "\r\n".join(lines).encode("latin-1")


@on(HISTORY, "history_cell_times_ten", "Japan's figure of December 2015 is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_block(
        body, "2015", of_row("Japan", lambda cells: [cells[0], f"{float(cells[1]) * 10:.1f}", *cells[2:]])
    )


@on(
    HISTORY,
    "history_year_without_footer_changed",
    "Japan's newest figure of 2012 is 0.1 billion larger, without a footer about a revision of the year",
    QUARANTINED,
    first=None,
)
def _(body: bytes) -> bytes:
    return edit_block(
        body, "2012", of_row("Japan", lambda cells: [cells[0], f"{float(cells[1]) + 0.1:.1f}", *cells[2:]])
    )


@on(
    HISTORY,
    "history_two_countries_swapped",
    "Japan and the United Kingdom change names in the block of 2018",
    QUARANTINED,
)
def _(body: bytes) -> bytes:
    names = {"Japan": "United Kingdom", "United Kingdom": "Japan"}
    return edit_block(body, "2018", lambda cells: [names.get(cells[0], cells[0]), *cells[1:]])


@on(HISTORY, "history_year_off_by_one", "the block of 2025 is labeled 2026", BLOCKED)
def _(body: bytes) -> bytes:
    return body.replace(b"Country\t2025" + b"\t2025" * 11, b"Country\t2026" + b"\t2026" * 11)


@on(HISTORY, "history_year_dropped", "the block of 2016 is not there", BLOCKED)
def _(body: bytes) -> bytes:
    lines = body.decode("latin-1").split("\r\n")
    headers = [number for number, line in enumerate(lines) if line.startswith("Country\t")]
    place = next(number for number in headers if lines[number].split("\t")[1] == "2016")
    end = headers[headers.index(place) + 1]
    return "\r\n".join([*lines[: place - 1], *lines[end - 1 :]]).encode("latin-1")


@on(HISTORY, "history_break_month_turned", "the two columns of June 2010, new and old basis, change places", BLOCKED)
def _(body: bytes) -> bytes:
    lines = body.decode("latin-1").split("\r\n")
    place = next(n for n, line in enumerate(lines) if line.startswith("Country\t2010"))
    months = lines[place - 1].split("\t")
    left, right = [column for column, name in enumerate(months) if name.strip() == "Jun"]
    return edit_block(body, "2010", lambda cells: swap_columns(cells, left, right) if len(cells) > right else cells)


@on(HISTORY, "history_units_in_millions", "all figures are millions, under a title that says billions", BLOCKED)
def _(body: bytes) -> bytes:
    text = body.decode("latin-1")
    return re.sub(
        r"(?<=\t)([0-9]+(?:\.[0-9])?)(?=\t)",
        lambda match: match[0] if re.fullmatch(r"(19|20)[0-9]{2}", match[0]) else f"{float(match[0]) * 1000:.0f}",
        text,
    ).encode("latin-1")


@on(HISTORY, "history_missing_as_zero", "every n.a. is a 0", QUARANTINED)
def _(body: bytes) -> bytes:
    return body.replace(b"n.a.", b"0")


@on(HISTORY, "history_names_unquoted", "names with commas have no quotes", HARMLESS)
def _(body: bytes) -> bytes:
    return body.replace(b'"China, Mainland"', b"China, Mainland").replace(b'"Korea, South"', b"Korea, South")


@on(HISTORY, "history_trailing_blank_lines", "twenty blank lines more at the end", HARMLESS)
def _(body: bytes) -> bytes:
    return body + b"\t\t\t\r\n" * 20


# ---------------------------------------------------------------- frozen files, the survey, the calendar


@on(TABLE_3D, "table3d_cell_times_ten", "Denmark's total of June 2015 is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return re.sub(rb'("Denmark",10502,"2015-06",")([0-9]+),([0-9]+)"', rb'\g<1>\g<2>\g<3>0"', body)


@on(TABLE_3D, "table3d_bills_and_long_term_swapped", "bills and long-term are swapped", BLOCKED)
def _(body: bytes) -> bytes:
    cell = rb'("[^"]*"|[0-9]+)'
    return re.sub(rb'(,"[0-9]{4}-[0-9]{2}",' + cell + rb")," + cell + rb"," + cell, rb"\1,\4,\3", body)


@on(TABLE_3D, "table3d_frozen_file_changed", "all figures of the frozen file are 5 % larger than they were", BLOCKED)
def _(body: bytes) -> bytes:
    def change(match: re.Match[bytes]) -> bytes:
        return match[1] + b",".join(
            cell if b"n.a." in cell else b'"%d"' % round(int(cell.strip(b'"').replace(b",", b"")) * 1.05)
            for cell in re.findall(rb'"[^"]*"|[0-9]+', match[2])
        )

    return re.sub(rb'(,"[0-9]{4}-[0-9]{2}",)((?:"[^"]*"|[0-9]+)(?:,(?:"[^"]*"|[0-9]+))*)', change, body)


@on(TABLE_3D, "table3d_month_dropped", "a month in the middle is not there", BLOCKED)
def _(body: bytes) -> bytes:
    return b"\r\n".join(line for line in body.split(b"\r\n") if b'"2015-06"' not in line)


@on(TRANSACTIONS, "transactions_sides_swapped", "purchases and sales are swapped", BLOCKED)
def _(body: bytes) -> bytes:
    return _edit_transactions(body, lambda cells: [*cells[:3], *cells[9:15], *cells[3:9], *cells[15:]])


@on(TRANSACTIONS, "transactions_cell_times_thousand", "one figure is a thousand times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    def change(cells: Cells) -> Cells:
        if (cells[1].strip(), cells[2].strip()) != (FRANCE, "2018-06"):
            return cells
        return [*cells[:3], cells[3].strip().strip('"').replace(",", "") + "000", *cells[4:]]

    return _edit_transactions(body, change)


def _edit_transactions(body: bytes, change: Callable[[Cells], Cells]) -> bytes:
    lines = []
    for line in body.decode("latin-1").split("\r\n" if b"\r\n" in body else "\n"):
        cells = line.split("\t")
        is_row = len(cells) >= 15 and cells[1].strip().isdigit()
        lines.append("\t".join(change(cells)) if is_row else line)
    return ("\r\n" if b"\r\n" in body else "\n").join(lines).encode("latin-1")


@on(
    SURVEY,
    "survey_treasuries_and_agencies_swapped",
    "Treasury and agency debt of the newest survey change places",
    BLOCKED,
)
def _(body: bytes) -> bytes:
    return _edit_survey(body, lambda cells: [*cells[:5], cells[6], cells[5], *cells[7:]])


@on(SURVEY, "survey_cell_times_ten", "Japan's Treasury debt of the newest survey is ten times too large", BLOCKED)
def _(body: bytes) -> bytes:
    return _edit_survey(body, lambda cells: [*cells[:5], cells[5] + "0", *cells[6:]] if cells[0] == JAPAN else cells)


def _edit_survey(body: bytes, change: Callable[[Cells], Cells]) -> bytes:
    end = "\r\n" if b"\r\n" in body else "\n"
    lines = []
    for line in body.decode("latin-1").split(end):
        cells = line.split("\t")
        lines.append("\t".join(change(cells)) if len(cells) > 20 and cells[0].strip().isdigit() else line)
    return end.join(lines).encode("latin-1")


@on(SURVEY, "survey_dates_in_the_old_style", "the header has Jun 2025 instead of Jun-25", HARMLESS)
def _(body: bytes) -> bytes:
    return re.sub(
        rb"\b(Mar|Jun|Dec)-([0-9]{2})\b",
        lambda match: match[1] + (b" 19" if int(match[2]) > 50 else b" 20") + match[2],
        body,
    )


@on(CALENDAR, "calendar_day_a_month_late", "the newest release day is a month too late", QUARANTINED)
def _(body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    lines[-1] = re.sub(rb"^([0-9]{4})-01-", rb"\1-02-", lines[-1])
    return b"".join(lines)


@on(CALENDAR, "calendar_years_off_by_one", "every release day is a year too early", BLOCKED)
def _(body: bytes) -> bytes:
    return re.sub(rb"(?m)^([0-9]{4})-", lambda match: b"%d-" % (int(match[1]) - 1), body)


@on(CALENDAR, "calendar_web_page", "a web page without a table, with status 200", BLOCKED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return HTML


@on(CALENDAR, "calendar_dos_line_ends", "line ends of DOS", HARMLESS)
def _(body: bytes) -> bytes:
    return unix_lines(body).replace(b"\n", b"\r\n")


@on("tic/mfh", "mfh_changed", "the dead file has other content; it stays dead", HARMLESS)
def _(body: bytes) -> bytes:
    return body.replace(b"1104.4", b"1204.4")
