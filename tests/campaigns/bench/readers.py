"""B7: queries of the cookbook on the published file, and on the same tables in memory.

Belongs here: what a reader waits for. Does not belong here: what the queries answer; tests see to that.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT_ROOT
from tests.campaigns.bench.loads import Say
from tests.campaigns.bench.measure import Command, Runs, in_turns
from tests.story.cookbook import RECIPES

QUERIES = 20
COLD = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    connection.execute(sys.argv[2]).fetchall()
"""


@dataclass(frozen=True)
class Answered:
    """One query: seconds until its last row was there, on the published file and in memory; medians."""

    title: str
    published: float
    in_memory: float


def queries(published: Path, times: int, say: Say) -> list[Answered]:
    """Run the first queries of the cookbook on both, in turns, each after one run that does not count."""
    recipes = [recipe for recipe in RECIPES if recipe.language == "sql"][:QUERIES]
    found = []
    with duckdb.connect(str(published), read_only=True) as on_file, _in_memory(published) as in_memory:
        for recipe in recipes:
            seconds: dict[duckdb.DuckDBPyConnection, list[float]] = {on_file: [], in_memory: []}
            for turn in range(times + 1):
                for connection, runs in seconds.items():
                    begun = time.perf_counter()
                    connection.execute(recipe.text).fetchall()
                    if turn:
                        runs.append(time.perf_counter() - begun)
            answered = Answered(recipe.title, *(statistics.median(runs) for runs in seconds.values()))
            say(f"{answered.title}: {answered.published * 1000:.1f} ms, in memory {answered.in_memory * 1000:.1f} ms")
            found.append(answered)
    return found


def cold(published: Path, times: int, say: Say) -> Runs:
    """The first query of a new process: the start of Python, the driver, opening the file, an answer."""
    query = next(recipe.text for recipe in RECIPES if recipe.language == "sql")
    command = Command(
        "a new process and its first query",
        (sys.executable, "-c", COLD, str(published), query),
        PROJECT_ROOT,
        {},
        lambda: None,
    )
    return in_turns([command], times, say)[0]


@contextmanager
def _in_memory(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as tidemark")
        connection.execute(f"attach '{published}' as published (read_only)")
        connection.execute("copy from database published to tidemark")
        connection.execute("detach published")
        connection.execute("use tidemark")
        yield connection
