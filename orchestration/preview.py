"""What the UI shows of a table: how many rows it has, the first of them, and of some marts a small picture.

Belongs here: reading a table, and laying out Markdown. Does not belong here: when a table is shown (`defs`), and the
charts of the page for people (`brief`): those need seconds, these milliseconds of every load.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import duckdb

SHOWN_ROWS = 5
SHOWN_COLUMNS = 8
SHOWN_CHARACTERS = 48
SIMULATION = "SIMULATION: made up around a few public figures; quote none."

_WIDTH, _HEIGHT, _TOP, _BOTTOM, _SIDE = 520, 130, 34, 20, 8


@dataclass(frozen=True)
class Picture:
    """A line over time.

    Attributes:
        title: what it is, with its unit.
        query: gives a day and a number, in the order of days; a month has one row at most.
    """

    title: str
    query: str


def _by_month(column: str, table: str, condition: str = "true") -> str:
    """The last value of each month."""
    return (
        f"select max(date), arg_max({column}, date) from marts.{table} "
        f"where {condition} and {column} is not null group by date_trunc('month', date) order by 1"
    )


PICTURES = {
    "fct_holdings": Picture(
        "Holdings of all foreigners, billions of US dollars",
        "select month_end, holdings_usd_bn from marts.fct_holdings "
        "where country = 'Grand Total' and instrument = 'total' and holdings_usd_bn is not null order by 1",
    ),
    "holdings_concentration": Picture(
        "Share of the ten largest holders",
        "select month_end, largest_10_share from marts.holdings_concentration "
        "where largest_10_share is not null order by 1",
    ),
    "holdings_divergence_index": Picture(
        "Divergence of holders, share (reported)",
        "select month_end, divergence_index_share from marts.holdings_divergence_index "
        "where method = 'reported' and divergence_index_share is not null order by 1",
    ),
    "liquidity_stress_daily": Picture(
        "Stress index, core, linear: 1 is an average day (last day of each month)",
        _by_month("core_linear", "liquidity_stress_daily"),
    ),
    "curve_daily": Picture(
        "Ten-year yield, per cent (last day of each month)", _by_month("yield_10y_pct", "curve_daily")
    ),
    "net_liquidity_weekly": Picture(
        "Net liquidity, billions of US dollars (last Wednesday of each month)",
        _by_month("net_liquidity_usd_bn", "net_liquidity_weekly"),
    ),
    "fct_crypto_daily": Picture(
        "Bitcoin, US dollars (last day of each month)", _by_month("close_usd", "fct_crypto_daily", "symbol = 'BTC'")
    ),
}


def is_simulated(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether any document of the ledger is one of the embedded sample."""
    return bool(_one(connection, "select coalesce(bool_or(is_simulated), false) from raw.documents"))


def row_count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has; its name with the schema."""
    return int(_one(connection, f"select count(*) from {table}"))


def head(connection: duckdb.DuckDBPyConnection, table: str, *, simulated: bool) -> str:
    """The newest rows of a table, as Markdown.

    Args:
        connection: of the warehouse.
        table: its name with the schema.
        simulated: say so above it.
    """
    columns = connection.execute(f"select column_name, column_type from (describe {table})").fetchall()
    days = [name for name, kind in columns if kind in ("DATE", "TIMESTAMP")]
    order = [f'"{name}" desc nulls last' for name in days[:1]] + [f'"{name}"' for name, _ in columns[:3]]
    names = [name for name, _ in columns[:SHOWN_COLUMNS]]
    rows = connection.execute(
        f"select {', '.join(_quoted(names))} from {table} order by {', '.join(order)} limit {SHOWN_ROWS}"
    ).fetchall()
    lines = [_line(names), _line(["---"] * len(names)), *(_line([_shown(value) for value in row]) for row in rows)]
    more = len(columns) - len(names)
    below = [f"\n... and {more} more column(s)"] if more else []
    return "\n".join([*([f"**{SIMULATION}**\n"] if simulated else []), *lines, *below])


def picture(connection: duckdb.DuckDBPyConnection, mart: str, *, simulated: bool) -> str | None:
    """A line over time as Markdown, for the marts that have one; None for others, and for less than two points.

    Args:
        connection: of the warehouse.
        mart: its name without the schema.
        simulated: say so in the picture.
    """
    chosen = PICTURES.get(mart)
    points = connection.execute(chosen.query).fetchall() if chosen else []
    if chosen is None or len(points) < 2:
        return None
    drawn = _drawn(chosen.title, [(day, float(value)) for day, value in points], simulated=simulated)
    return f"![{chosen.title}](data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()})"


def _drawn(title: str, points: Sequence[tuple[dt.date, float]], *, simulated: bool) -> str:
    """An SVG on a ground of its own: the UI may be dark."""
    days = [day.toordinal() for day, _ in points]
    low, high = min(value for _, value in points), max(value for _, value in points)
    right, ground = _WIDTH - _SIDE, _HEIGHT - _BOTTOM
    line = " ".join(
        f"{_SIDE + (right - _SIDE) * (day - days[0]) / max(days[-1] - days[0], 1):.1f},"
        f"{ground - (ground - _TOP) * (value - low) / ((high - low) or 1):.1f}"
        for day, (_, value) in zip(days, points, strict=True)
    )
    said = f"lowest {low:,.6g}, highest {high:,.6g}, last {points[-1][1]:,.6g}"
    note = f'<text x="{right}" y="14" text-anchor="end" font-weight="bold" fill="#a81f18">SIMULATION</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif" '
        f'font-size="11" fill="#1b232d"><rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="{_SIDE}" y="14">{escape(title)}</text>{note if simulated else ""}'
        f'<text x="{_SIDE}" y="28" fill="#545d69">{said}</text>'
        f'<polyline points="{line}" fill="none" stroke="#1f5f99" stroke-width="1.5"/>'
        f'<text x="{_SIDE}" y="{_HEIGHT - 6}" fill="#545d69">{points[0][0]:%b %Y}</text>'
        f'<text x="{right}" y="{_HEIGHT - 6}" text-anchor="end" fill="#545d69">{points[-1][0]:%b %Y}</text></svg>'
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(value: Any) -> str:
    text = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    text = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 4]} ..."
    # What a publisher writes stays text: no cell ends early, and nothing is taken for markup.
    return "".join(f"\\{sign}" if sign in "\\|*_`[]<>#!~" else sign for sign in text)


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
