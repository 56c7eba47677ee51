"""Writes the monthly TIC tables 1, 3 and 5 and the frozen report 3D, in the publisher's layout.

Belongs here: titles, header lines, padding, line ends, order of rows, cells with n.a. Does not belong here: figures,
and the history file (`write_tic_history.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.sample.calendars import month_label, month_number
from orchestration.sample.documents import Document
from orchestration.sample.inputs import GRAND_TOTAL, OFFICIAL, Country, countries
from orchestration.sample.reproducible import Noise, whole
from orchestration.sample.simulate_tic import FIRST_ANCHOR, Flows, History, Position, Positions
from orchestration.sample.tic_rows import NON_OFFICIAL, Row, table_rows

FOLDER_ADDRESS = "https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/"
FIRST_TABLE_MONTH = month_number("2020-01")
FROZEN_MONTH = month_number("2023-01")
SIMULATED = "SIMULATED SAMPLE: made by a program in this publisher's format; not published by the Treasury."

_SURVEY_MONTH = month_number("2011-09")
_OFFICIAL_IN_3D_SINCE = month_number("2013-12")
_NEVER_REVISED_SINCE = month_number("2022-11")
_NAMED_HOLDERS = 20
_NA = "n.a."


@dataclass(frozen=True)
class Release:
    """One monthly release: its day, its newest month and its figures."""

    as_of: dt.date
    last_month: int
    positions: Positions
    flows: Flows


def text_file(lines: Iterable[Sequence[str]], width: int) -> bytes:
    """Write a table: lines padded with tabs to a number of cells, with the publisher's line ends."""
    padded = ("\t".join([*cells, *[""] * (width - len(cells))]) for cells in lines)
    return "".join(line + "\r\n" for line in padded).encode("ascii")


def document(name: str, as_of: dt.date, body: bytes, note: str = "") -> Document:
    """Create a document of the TIC system."""
    return Document(f"tic/{as_of}/{name}", "tic", FOLDER_ADDRESS + name, as_of, body, note)


def tenths(millions: int) -> str:
    """Billions with one decimal."""
    rounded = (millions + 50) // 100
    return f"{rounded // 10}.{rounded % 10}"


def _preamble(title: str, name: str) -> list[list[str]]:
    return [
        [title],
        ["All Countries and International and Regional Organizations"],
        ["A positive number for net U.S. sales to foreigners denotes an increase in a foreign position"],
        ["Millions of dollars"],
        [f"Link: {FOLDER_ADDRESS}{name}"],
        [],
    ]


def table_3(release: Release, holders: Sequence[Country]) -> Document:
    """Write table 3: Treasuries by country; holdings, net sales and valuation, long-term and bills."""
    groups = ["Total U.S. Treasuries"] * 2 + ["Long-term U.S. Treasuries"] * 3 + ["Short-term U.S. Treasuries"] * 2
    labels = [
        "Holdings",
        "Net U.S. Sales",
        "Holdings",
        "Net U.S. Sales",
        "Valuation Change",
        "Holdings",
        "Net U.S. Sales",
    ]
    fields = [
        "for_treas_pos",
        "for_treas_net",
        "for_lt_treas_pos",
        "for_lt_treas_net",
        "for_lt_treas_valchg",
        "for_st_treas_pos",
        "for_st_treas_net",
    ]
    lines = _preamble("Table 3: U.S. Treasury Securities Held by Foreign Residents 1/", "slt_table3.txt")
    lines += [
        ["", "", "", *groups],
        ["Country", "Country Code", "Date", *labels],
        ["country", "country_code", "date", *fields],
    ]
    for row in table_rows(holders):
        for month in range(release.last_month, FIRST_TABLE_MONTH - 1, -1):
            lines.append([row.name, row.code, month_label(month), *_table_3_cells(row, release, month)])
    lines += [[], ["Notes:"], [f"1/ {SIMULATED}"], ["   Net sales of bills are the change of the position."]]
    return document("slt_table3.txt", release.as_of, text_file(lines, 10))


def _table_3_cells(row: Row, release: Release, month: int) -> list[str]:
    now = row.position(release.positions, month)
    flow = row.flow(release.flows, month)
    has_split = row.code in (OFFICIAL, NON_OFFICIAL)
    bills_net = now.bills - row.position(release.positions, month - 1).bills
    net = flow.net_sales if flow else None
    cells: list[int | None] = [
        now.total,
        net + bills_net if net is not None else None,
        now.long_term,
        net,
        flow.valuation if flow else None,
        now.bills,
        # The split by official and private holders has no flows of bills before the other flows begin.
        None if has_split and flow is None else bills_net,
    ]
    if row.long_term_only:
        cells[0] = cells[1] = cells[5] = cells[6] = None
    return [_NA if cell is None else str(cell) for cell in cells]


def table_1(
    release: Release,
    holders: Sequence[Country],
    others: tuple[Mapping[str, Positions], Mapping[str, Flows]],
) -> Document:
    """Write table 1: all long-term securities, for the largest holders of Treasuries, Denmark, and the totals.

    Includes the additional holders of a scaled simulation.
    """
    groups = [
        "Total U.S. Securities",
        "U.S. Treasuries",
        "U.S. Agency Bonds",
        "U.S. Corp. & Other Bonds",
        "U.S. Corp. Equity",
    ]
    kinds = ["total", "treas", "agcy", "corp", "eqty"]
    lines = _preamble("Table 1: U.S. Long-Term Securities Held by Foreign Residents", "slt_table1.txt")
    lines += [
        ["", "", "", *(group for group in groups for _ in range(3))],
        ["Country", "Country Code", "Date", *["Holdings", "Net U.S. Sales", "Valuation Change"] * 5],
        [
            "country",
            "country_code",
            "date",
            *(f"for_lt_{kind}_{of}" for kind in kinds for of in ("pos", "net", "valchg")),
        ],
    ]
    rows = table_rows(holders)
    known = {holder.code for holder in countries()}
    shown = {row.code for row in _largest(rows, release)} | {"10502"} | {holder.code for holder in holders} - known
    books = [(release.positions, release.flows), *zip(others[0].values(), others[1].values(), strict=True)]
    for row in rows:
        if row.is_country and row.code not in shown:
            continue
        for month in range(release.last_month, FIRST_TABLE_MONTH - 1, -1):
            lines.append([row.name, row.code, month_label(month), *_table_1_cells(row, books, month)])
    lines += [[], ["Notes:"], [SIMULATED], ["Fewer countries than the publisher's table names."]]
    return document("slt_table1.txt", release.as_of, text_file(lines, 18))


def _table_1_cells(row: Row, books: Sequence[tuple[Positions, Flows]], month: int) -> list[str]:
    triples: list[tuple[int, int | None, int | None]] = []
    for positions, flows in books:
        flow = row.flow(flows, month)
        held = row.position(positions, month).long_term
        triples.append((held, flow.net_sales if flow else None, flow.valuation if flow else None))
    held_in_all = sum(triple[0] for triple in triples)
    if any(triple[1] is None for triple in triples):
        summed: tuple[int, int | None, int | None] = (held_in_all, None, None)
    else:
        summed = (held_in_all, sum(triple[1] or 0 for triple in triples), sum(triple[2] or 0 for triple in triples))
    return [_NA if cell is None else str(cell) for triple in (summed, *triples) for cell in triple]


def table_5(release: Release, holders: Sequence[Country]) -> Document:
    """Write table 5: the twenty largest holders over thirteen months, in billions."""
    rows = table_rows(holders)
    months = range(release.last_month, release.last_month - 13, -1)
    named = _largest(rows, release)
    world = next(row for row in rows if row.code == GRAND_TOTAL)
    official = next(row for row in rows if row.code == OFFICIAL)
    unnamed = Row("All Other", "", world.holders, less=tuple(row.code for row in named))
    lines = [
        ["Table 5: Major Foreign Holders of Treasury Securities"],
        ["Holdings at end of time period"],
        ["Billions of dollars"],
        [f"Link: {FOLDER_ADDRESS}slt_table5.txt"],
        [],
        ["Country", *map(month_label, months)],
    ]

    def line(name: str, row: Row, part: str) -> list[str]:
        held = [row.position(release.positions, month) for month in months]
        return [name, *(tenths(getattr(position, part)) for position in held)]

    lines += [line(row.name, row, "total") for row in [*named, unnamed, world]]
    lines += [
        line("Of Which: Foreign Official", official, "total"),
        line("Of Which: Foreign Official Treasury Bills", official, "bills"),
        line("Of Which: Foreign Official T-Bonds & Notes", official, "long_term"),
    ]
    lines += [[], ["Notes:"], [SIMULATED]]
    return document("slt_table5.txt", release.as_of, text_file(lines, 14))


def _largest(rows: Sequence[Row], release: Release) -> list[Row]:
    """The holders in table 5, ordered by their holdings in the newest month."""
    candidates = [row for row in rows if row.is_country and not row.long_term_only]
    ranked = sorted(candidates, key=lambda row: -row.position(release.positions, release.last_month).total)
    return ranked[:_NAMED_HOLDERS]


def report_3d(
    seed: int, as_of: dt.date, positions: Positions, history: History, holders: Sequence[Country]
) -> Document:
    """Write report 3D: frozen at January 2023, and split into CSV cells by position in the line."""
    books = _with_september_2011(_never_revised(seed, positions), history)
    lines = [
        '""',
        '""',
        '""',
        '"",""',
        '"TABLE 3D:  U.S",". Treasury Secu","rities Held by","Foreign Residen","ts 1/"',
        '"","Millio","ns of dollars"',
        '""',
        '""',
        '"","","","Total U.S.","Long-term","Short-term"',
        '"","","","Treasury  U.S",". Treasury  U.S",". Treasury"',
        '"","","","Securities","Securities","Securities"',
        '""',
        '"","","","----------","----------","----------"',
        '""',
    ]
    months = [*range(FROZEN_MONTH, FIRST_ANCHOR - 1, -1), _SURVEY_MONTH]
    for row in _rows_3d(holders):
        since = _OFFICIAL_IN_3D_SINCE if row.code == OFFICIAL else _SURVEY_MONTH
        lines += [_line_3d(row, books, month) for month in months if month >= since]
    lines += [
        '""',
        '"Notes:"',
        '"1/ SIMULATED SAMPLE: made by a pr","ogram in this p","ublisher\'s forma","t; not publish","ed by it."',
        '"Its quotes are as ill-formed as t","hose of the rea","l report: ("Aggr","egate"',
        '""Holdings of Long-Term Securities","by U.S. and For","eign Residents.""',
        '""',
        '""',
    ]
    body = "".join(line + "\r\n" for line in lines).encode("ascii")
    return document("slt3d_globl.csv", as_of, body, "frozen at 2023-01; illegal CSV quoting")


def _rows_3d(holders: Sequence[Country]) -> list[Row]:
    rows = [row for row in table_rows(holders) if row.code not in (GRAND_TOTAL, OFFICIAL, NON_OFFICIAL)]
    world = next(row for row in table_rows(holders) if row.code == GRAND_TOTAL)
    return [*rows, Row("Of which Foreign Official", OFFICIAL, (OFFICIAL,)), world]


def _line_3d(row: Row, positions: Positions, month: int) -> str:
    held = row.position(positions, month)
    if row.long_term_only:
        figures = [f'"{_NA}"', _number_3d(held.long_term), f'"{_NA}"']
    else:
        figures = [_number_3d(held.total), _number_3d(held.long_term), _number_3d(held.bills)]
    return f'"{row.name}",{row.code},"{month_label(month)}",' + ",".join(figures)


def _number_3d(value: int) -> str:
    return f'"{value:,}"' if value >= 1000 else str(value)


def _never_revised(seed: int, positions: Positions) -> Positions:
    """The report was frozen before its last three months were revised."""
    found: Positions = {}
    for code, path in positions.items():
        noise = Noise(seed, "frozen report", code)
        found[code] = {}
        for month, position in path.items():
            if month > FROZEN_MONTH:
                continue
            off = 0.004 * noise.normal() if month >= _NEVER_REVISED_SINCE else 0.0
            found[code][month] = Position(position.long_term + whole(position.long_term * off), position.bills)
    return found


def _with_september_2011(positions: Positions, history: History) -> Positions:
    """Add the report's first month, with the share of bills of December 2011."""
    for code, path in positions.items():
        if code == OFFICIAL:
            continue
        first = path[FIRST_ANCHOR]
        held = history.current[code][_SURVEY_MONTH]
        bills = held * first.bills // max(1, first.total)
        path[_SURVEY_MONTH] = Position(held - bills, bills)
    return positions
