"""The result of a comparison as text for the shell, and as JSON.

Belongs here: layout. Does not belong here: queries.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orchestration.marts.comparison.differences import BY_SERIES, Difference
from orchestration.marts.comparison.run import Comparison

SHOWN_COLUMNS = 8


def as_text(comparison: Comparison) -> str:
    """The text: what differs, mart by mart, then the names of the equal marts."""
    differences = comparison.differences
    lines = [
        f"{word:<4}  {side.name}{' (a SIMULATION)' if side.file in comparison.simulated else ''}"
        for word, side in zip(("from", "to"), comparison.sides, strict=True)
    ]
    for difference in differences:
        if not difference.is_none:
            lines += ["", *_section(difference)]
    same = [difference.table.name for difference in differences if difference.is_none]
    if same:
        lines += ["", f"Equal to the last bit: {', '.join(same)}."]
    return "\n".join(lines)


def as_json(comparison: Comparison) -> str:
    """The same as a JSON object; days and times in ISO 8601."""
    content = {
        word: {"file": str(side.file), "known_on": side.day, "is_simulated": side.file in comparison.simulated}
        for word, side in zip(("from", "to"), comparison.sides, strict=True)
    } | {
        "marts": [
            {
                "mart": difference.table.name,
                "key": difference.table.key,
                "rows_from": difference.rows_before,
                "rows_to": difference.rows_after,
                "added": difference.added,
                "removed": difference.removed,
                "changed": difference.changed,
                "added_span": difference.added_span,
                "removed_span": difference.removed_span,
                "changed_columns": difference.changed_columns,
                "figure": difference.figure,
                "largest_changes": difference.largest,
                "by_series": difference.by_series,
            }
            for difference in comparison.differences
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, default=_plain)


def _section(difference: Difference) -> list[str]:
    table = difference.table
    row_is = f"one row per: {', '.join(table.labels)}" if table.key else "one row"
    counts = (
        f"{difference.added:,} added{_span(difference.added_span)}",
        f"{difference.removed:,} removed{_span(difference.removed_span)}",
        f"{difference.changed:,} changed",
    )
    lines = [
        f"{table.name} ({row_is})",
        f"  rows     {difference.rows_before:,} -> {difference.rows_after:,}: {', '.join(counts)}",
    ]
    if not difference.changed:
        return lines
    names = [f"{name} {count:,}" for name, count in difference.changed_columns.items()]
    rest = f", and {len(names) - SHOWN_COLUMNS} more" if len(names) > SHOWN_COLUMNS else ""
    lines.append(f"  changed  {', '.join(names[:SHOWN_COLUMNS])}{rest}")
    if difference.by_series:
        lines.append(f"  {difference.figure} by series (changed figures, and the largest change)")
        return lines + _aligned(
            [
                (row[BY_SERIES], f"{row['changed']:,}", _shown(row[table.period or ""]), *_figures(row))
                for row in difference.by_series
            ]
        )
    is_number = table.is_number(difference.figure or "")
    lines.append(f"  largest changes of {difference.figure}" if is_number else f"  {difference.figure}")
    return lines + _aligned(
        [(*(_shown(row[name]) for name in table.labels), *_figures(row)) for row in difference.largest]
    )


def _figures(row: Mapping[str, Any]) -> tuple[str, ...]:
    change = row.get("change")
    # The difference of two doubles has digits that neither has.
    more = (f"{change:+,.6g}" if isinstance(change, float) else f"{change:+,}",) if change is not None else ()
    return _shown(row["before"]), "->", _shown(row["after"]), *more


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max((len(row[place]) for row in rows if place < len(row)), default=0) for place in range(8)]
    return [
        "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows
    ]


def _span(span: tuple[Any, Any] | None) -> str:
    if span is None:
        return ""
    return f" ({span[0]})" if span[0] == span[1] else f" ({span[0]} to {span[1]})"


def _shown(value: object) -> str:
    if value is None:
        return "none"
    return f"{value:,}" if isinstance(value, Decimal | float | int) and not isinstance(value, bool) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is not a type that a mart contains")
