"""An edition of cslt.zip made of the real tables 1 and 3: no real one is on this machine.

Belongs here: the layout of the file, the figures of the tables in it, and the years before them, which are invented:
each position shrinks by half a per cent a month backwards. Does not belong here: anything that is wrong.

Every identity of the file holds in it: long-term + short-term, the sum of the families, official + other holders.
"""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from orchestration.tables.seeds import read_seed

FIRST = "1984-12"
PARTS = ("lt_treas", "lt_agcy", "lt_corp", "lt_eqty")
FAMILIES = {
    **dict.fromkeys(("lt_total", *PARTS), ("pos", "net", "valchg")),
    **dict.fromkeys(("st_treas", "treas"), ("pos", "net")),
}
REGIONS = ("19992", "29998", "39942", "34401", "49999", "59994", "69906")
SUMS = {"99991": (("99996", 1), ("99990", -1)), "69995": tuple((region, 1) for region in REGIONS)}
"""Of what the invented years of a total are made, so that they add up to the million."""
CODES = (
    *("99996", "99990", "99991", *REGIONS, "69995", "79995"),
    *("42609", "41408", "13005", "10251", "36137", "11401", "10804", "10502", "42102", "46019", "30309", "12807"),
)
"""The totals, the regions, and twelve countries; all would make each load of the campaign slower."""

_WORDS = {
    "lt_total": "U.S. long-term securities",
    "lt_treas": "U.S. long-term Treasury securities",
    "lt_agcy": "U.S. long-term agency bonds",
    "lt_corp": "U.S. long-term corporate and other bonds",
    "lt_eqty": "U.S. corporate stocks",
    "st_treas": "U.S. short-term Treasury securities",
    "treas": "U.S. Treasury securities",
}
_MEASURES = {"pos": "holdings of", "net": "net transactions in", "valchg": "valuation change of"}

Figures = dict[str, dict[str, int]]
"""Series id -> month (YYYY-MM) -> millions of dollars."""


def edition(table_1: bytes, table_3: bytes) -> bytes:
    """The edition of the release of two tables."""
    return pack(content(figures_of(table_1, table_3)))


def figures_of(table_1: bytes, table_3: bytes, first: Mapping[str, int] | None = None) -> Figures:
    """The figures of the edition.

    Args:
        table_1: the bytes of table 1.
        table_3: the bytes of table 3 of the same release.
        first: positions of December 1984, by id, to which the invented years lead.
    """
    figures: Figures = defaultdict(dict)
    for table in (table_1, table_3):
        _read(table, figures)
    newest = max(month for month in figures["for_treas_pos_99996"])
    for code in CODES:
        _complete(figures, code, newest, first or {})
    return figures


def _read(table: bytes, figures: Figures) -> None:
    """The figures of a table, under the ids that are the names of its columns."""
    columns: list[str] = []
    for line in table.decode("latin-1").split("\r\n"):
        cells = line.split("\t")
        if cells[:3] == ["country", "country_code", "date"]:
            columns = cells
        elif columns and len(cells) >= len(columns) and cells[1] in CODES:
            for name, cell in zip(columns[3:], cells[3:], strict=False):
                if name.startswith("for_") and cell != "n.a.":
                    figures[f"{name}_{cells[1]}"][cells[2]] = int(cell)


def _complete(figures: Figures, code: str, newest: str, known: Mapping[str, int]) -> None:
    """Positions back to 1984, and flows that explain them where the tables have none."""
    months = months_of(FIRST, newest)
    for family in (*PARTS, "st_treas"):
        positions = figures[f"for_{family}_pos_{code}"]
        first = min(positions)
        before = [month for month in months if month < first]
        # Table 3 has the change of bills of its first month.
        level = positions[first] - figures[f"for_{family}_net_{code}"].get(first, 0)
        start = known.get(f"for_{family}_pos_{code}")
        shrinks = 0.995 if start is None else (start / level) ** (1 / (len(before) - 1))
        for distance, month in enumerate(reversed(before)):
            positions[month] = round(level * shrinks**distance)
            if code in SUMS:
                positions[month] = sum(sign * figures[f"for_{family}_pos_{other}"][month] for other, sign in SUMS[code])
    _add_up(figures, code, months)
    for family, measures in FAMILIES.items():
        positions = figures[f"for_{family}_pos_{code}"]
        for earlier, month in itertools.pairwise(months):
            change = positions[month] - positions[earlier]
            if family == "treas":
                change = sum(figures[f"for_{part}_net_{code}"][month] for part in ("lt_treas", "st_treas"))
            figures[f"for_{family}_net_{code}"].setdefault(month, change)
            if "valchg" in measures:
                figures[f"for_{family}_valchg_{code}"].setdefault(month, 0)


def _add_up(figures: Figures, code: str, months: list[str]) -> None:
    """The positions that are sums of others, where the tables have none."""
    for month in months:
        parts = [figures[f"for_{family}_pos_{code}"][month] for family in PARTS]
        figures[f"for_lt_total_pos_{code}"].setdefault(month, sum(parts))
        bills = figures[f"for_st_treas_pos_{code}"][month]
        figures[f"for_treas_pos_{code}"].setdefault(month, parts[0] + bills)


def months_of(first: str, last: str) -> list[str]:
    """All months between two, both included."""
    count = [int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last)]
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(count[0], count[1] + 1)]


@cache
def _names() -> dict[str, str]:
    countries = read_seed("countries")
    return dict(zip(countries["country_code"], countries["country"], strict=True))


def content(figures: Figures, codes: Sequence[str] = CODES) -> dict[str, Any]:
    """The JSON of the file, with these geographies."""
    series = []
    for code in codes:
        for family, measures in FAMILIES.items():
            for measure in measures:
                values = figures[f"for_{family}_{measure}_{code}"]
                name = _names()[code]
                metadata = {
                    "title": f"Foreign {_MEASURES[measure]} {_WORDS[family]}: {name}",
                    "frequency": "M",
                    "season": "NSA",
                    "units": "Millions of Dollars",
                    "additional": {"geography": {"name": name}, "status": "A"},
                }
                pairs = [[f"{month}-01", f"{value}.0"] for month, value in sorted(values.items(), reverse=True)]
                series.append(
                    {"source_id": f"for_{family}_{measure}_{code}", "metadata": metadata, "observations": pairs}
                )
    return {"releaseID": "3", "version": "2.0", "transmissionDt": "2026-06-18 15:58:00", "series": series}


def pack(text: dict[str, Any] | str, name: str = "cslt.json") -> bytes:
    """The ZIP of a JSON; the same bytes on any day."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        member = zipfile.ZipInfo(name, (2026, 6, 18, 15, 58, 0))
        member.compress_type = zipfile.ZIP_DEFLATED
        file.writestr(member, text if isinstance(text, str) else json.dumps(text, separators=(",", ":")))
    return body.getvalue()


def unpack(body: bytes) -> dict[str, Any]:
    """The JSON of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        found: dict[str, Any] = json.loads(file.read("cslt.json"))
    return found


def edit(body: bytes, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> bytes:
    """Change each series; None takes it out."""
    found = unpack(body)
    changed = [change(one) for one in found["series"]]
    return pack(found | {"series": [one for one in changed if one is not None]})


def without_newest(body: bytes, count: int = 1) -> bytes:
    """The edition some months before."""
    return edit(body, lambda one: one | {"observations": one["observations"][count:]})
