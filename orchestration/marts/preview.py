"""Lays out the preview of a table for the UI: row count, newest rows, and for some marts a small chart.

Belongs here: reading a table, and laying out Markdown. Does not belong here: when a table is shown (`defs`), and the
charts of the brief (`brief`): those take seconds, these milliseconds in every load.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import duckdb

SHOWN_ROWS = 5
SHOWN_COLUMNS = 5
SHOWN_CHARACTERS = 28
SHOWN_MONTHS = 96
INLINE_CHARACTERS = 999
"""The UI puts longer Markdown behind a link."""

SIMULATION = "SIMULATION built around a few public figures. Do not quote."

_HEIGHT, _STEP = 60, 5


@dataclass(frozen=True)
class Picture:
    """A line over time.

    Attributes:
        title: the figure and its unit.
        query: returns a day and a number per month, in any order.
    """

    title: str
    query: str


def _by_month(column: str, table: str, condition: str = "true") -> str:
    """The last value of each month."""
    return (
        f"select max(date), arg_max({column}, date) from marts.{table} "
        f"where {condition} and {column} is not null group by date_trunc('month', date)"
    )


PICTURES = {
    "fct_holdings": Picture(
        "Holdings of all foreigners, billions of US dollars",
        "select month_end, holdings_usd_bn from marts.fct_holdings "
        "where country = 'Grand Total' and instrument = 'total' and holdings_usd_bn is not null",
    ),
    "holdings_concentration": Picture(
        "Share of the ten largest holders",
        "select month_end, largest_10_share from marts.holdings_concentration where largest_10_share is not null",
    ),
    "holdings_divergence_index": Picture(
        "Divergence of holders, share (reported)",
        "select month_end, divergence_index_share from marts.holdings_divergence_index "
        "where method = 'reported' and divergence_index_share is not null",
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
    """Whether any document of the ledger is simulated."""
    return bool(_one(connection, "select coalesce(bool_or(is_simulated), false) from raw.documents"))


def row_count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """The number of rows of a table, named with its schema."""
    return int(_one(connection, f"select count(*) from {table}"))


def head(connection: duckdb.DuckDBPyConnection, table: str, *, simulated: bool) -> str:
    """The newest rows of a table, as Markdown.

    Args:
        connection: of the warehouse.
        table: its name with the schema.
        simulated: add a notice above it.
    """
    columns = connection.execute(f"select column_name, column_type from (describe {table})").fetchall()
    days = [name for name, kind in columns if kind in ("DATE", "TIMESTAMP")]
    order = [f'"{name}" desc nulls last' for name in days[:1]] + [f'"{name}"' for name, _ in columns[:3]]
    names = [name for name, _ in columns[:SHOWN_COLUMNS]]
    rows = connection.execute(
        f"select {', '.join(_quoted(names))} from {table} order by {', '.join(order)} limit {SHOWN_ROWS}"
    ).fetchall()
    cells = [names, ["---"] * len(names), *([_shown(value) for value in row] for row in rows)]
    for shown in range(len(names), 0, -1):
        more = len(columns) - shown
        text = "\n".join(
            [
                *([f"**{SIMULATION}**\n"] if simulated else []),
                *(f"| {' | '.join(row[:shown])} |" for row in cells),
                *([f"\n... and {more} more column(s)"] if more else []),
            ]
        )
        if len(text) <= INLINE_CHARACTERS:
            break
    return text


def picture(connection: duckdb.DuckDBPyConnection, mart: str, *, simulated: bool) -> str | None:
    """A line over the last eight years as Markdown; None for marts without one, and for fewer than two points.

    Args:
        connection: of the warehouse.
        mart: its name without the schema.
        simulated: add a notice above it.
    """
    chosen = PICTURES.get(mart)
    if chosen is None:
        return None
    found = connection.execute(f"from ({chosen.query}) order by 1 desc limit {SHOWN_MONTHS}").fetchall()
    if len(found) < 2:
        return None
    days, values = zip(*reversed(found), strict=True)
    numbers = [float(value) for value in values]
    low, high, last = (f"{number:,.6g}" for number in (min(numbers), max(numbers), numbers[-1]))
    drawn = quote(_drawn(numbers), safe="=':/,-")
    return (
        (f"**{SIMULATION}**\n\n" if simulated else "")
        + f"{chosen.title}. {days[0]:%B %Y} to {days[-1]:%B %Y}: lowest {low}, highest {high}, last {last}.\n\n"
        + f"![](data:image/svg+xml,{drawn})"
    )


def _drawn(numbers: Sequence[float]) -> str:
    """A small SVG: one step to the right per number."""
    low, high = min(numbers), max(numbers)
    heights = [round(_HEIGHT - 2 - (_HEIGHT - 4) * (number - low) / ((high - low) or 1)) for number in numbers]
    moves = [below - above for above, below in pairwise(heights)]
    path = f"M0,{heights[0]}l" + ",".join(f"{_STEP}{'-' if move < 0 else ','}{abs(move)}" for move in moves)
    width = _STEP * (len(numbers) - 1)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{_HEIGHT}'>"
        f"<path d='{path}' fill='none' stroke='steelblue' stroke-width='2'/></svg>"
    )


def _shown(value: Any) -> str:
    text = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    text = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 4]} ..."
    # Escape what publishers write: no cell ends early, and nothing is read as markup.
    return "".join(f"\\{sign}" if sign in "\\|*_`[]<>#!~" else sign for sign in text)


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
