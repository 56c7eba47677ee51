"""The jobs of a load on a Spark cluster of one worker and of two, and the same steps in the load's own process.

    python -m tests.campaigns.bench.spark_jobs --work <a folder> [--part read|merge] [--millions 1 4 16]

CPU seconds are those of the whole machine, so nothing else may run.

Belongs here: simulated input, and what each way takes. Does not belong here: the jobs (`orchestration.spark`), and
whether they give the same (`tests/campaigns/parity/test_jobs.py`); here only the counts are compared.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.archive.objects import object_path
from orchestration.archive.store import Document
from orchestration.home import Home
from orchestration.loading.merge import merge
from orchestration.sample.scaled import minute_archives
from orchestration.sample.simulate_crypto import COINS, Coin
from orchestration.spark.slices import read_document
from orchestration.spark.start import merge_on_spark, read_documents
from orchestration.tables.raw.tic_cslt import TABLE
from orchestration.tables.sql import literal
from orchestration.warehouse.working import connect, start
from tests.campaigns.spark_cluster import Cluster, cluster
from tests.campaigns.spark_environment import why_not

MILLION = 1_000_000
MILLIONS = (1, 4, 16)
WORKERS = (0, 1, 2)
"""0: without Spark."""
CANDLES_OF_A_MONTH = 43_800
MOST_DAYS = 8 * 365
RELEASES = 8
MONTHS = 499
_TICKS = os.sysconf("SC_CLK_TCK")
_ROWS = """
    select
        'for_lt_' || (figure // {months} % 20) as series,
        lpad((figure // {months} // 20)::varchar, 5, '0') as country_code,
        last_day(date '1984-12-01' + to_months((figure % {months})::integer)) as month_end,
        -- A release restates the last 13 months of a quarter of the series, and 0.2 percent of the rest.
        ((hash(figure, case
            when figure % {months} >= {months} - 13 and (figure // {months} + release) % 4 = 0 then release
            when hash(figure, release) % 500 = 0 then release
            else 0
        end) % 1000000) / 10)::double as holdings,
        ((hash(figure, 1) % 1000000) / 10)::double as net_sales,
        ((hash(figure, 2) % 1000000) / 10)::double as valuation_change,
        'Simulated' as published_name,
        (figure + 1)::integer as line_number,
        'release-' || release as document_id,
        timestamp '2026-01-15 20:00:00' + to_months(release::integer) as retrieved_at,
        null::date as released_on,
        release::integer as document_rank,
        false as is_dated
    from range({releases}) as releases (release), range({figures}) as figures (figure)
    order by release, figure
"""


@dataclass(frozen=True)
class Taken:
    """Wall seconds of a step, and CPU seconds of the whole machine."""

    wall: float
    cpu: float


def measured(step: Callable[[], object]) -> Taken:
    """Run a step and measure it."""
    before, begun = _cpu(), time.perf_counter()
    step()
    return Taken(time.perf_counter() - begun, _cpu() - before)


def _cpu() -> float:
    """CPU seconds of the whole machine so far. A sum over processes would miss executors that Spark has killed."""
    user, nice, system = Path("/proc/stat").read_text(encoding="utf-8").split()[1:4]
    return (int(user) + int(nice) + int(system)) / _TICKS


@contextmanager
def _workers(work: Path, count: int) -> Iterator[Cluster | None]:
    """A cluster, named in the environment for the jobs; None for no worker."""
    if not count:
        yield None
        return
    with cluster(work / f"cluster-{count}", count) as running:
        os.environ |= {**running.environment, "TIDEMARK_SPARK_FROM_ROWS": "0", "TIDEMARK_SPARK_MEMORY": "1g"}
        yield running


def candles(work: Path, rows: int) -> dict[int, Taken]:
    """Read archives of candles by the minute, about so many."""
    home = Home(work / "read")
    documents = _archives(home.archive, rows // CANDLES_OF_A_MONTH)
    found: dict[int, Taken] = {}
    files = set()
    for count in WORKERS:
        shutil.rmtree(home.work, ignore_errors=True)
        home.prepare()
        with _workers(work, count) as running:

            def on_spark() -> None:
                found = read_documents(home, documents, home.work / "candles")
                assert all(isinstance(days, pd.DataFrame) for days in found.values()), found

            def here() -> None:
                def read(document: Document) -> None:
                    reading = read_document(document, home.archive, home.work, document.document_id)
                    assert not reading.error, reading

                with ThreadPoolExecutor(2) as pool:
                    list(pool.map(read, documents))

            found[count] = measured(on_spark if running else here)
        files.add(sum(path.stat().st_size for path in (home.work / "candles").rglob("*.parquet")))
    assert len(files) == 1, files
    shutil.rmtree(home.root)
    return found


def _archives(folder: Path, count: int) -> list[Document]:
    """Simulated months of candles by the minute. The coins have about 380; a larger count repeats them with new ids."""
    documents: list[Document] = []
    coin = Coin("BTC", dt.date(2018, 1, 1), None, 4, 0.02, 20e6, 1.0, dt.date(2026, 5, 31))
    at = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    for symbol in COINS:
        for made in minute_archives(1, symbol, coin, min(31 * (2 + count // len(COINS)), MOST_DAYS)):
            sha256 = hashlib.sha256(made.body).hexdigest()
            path = object_path(folder, sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made.body)
            documents.append(
                Document(
                    document_id=sha256[:16],
                    source="binance",
                    dataset=f"intraday/{symbol}USDT/1m",
                    address=made.address,
                    retrieved_at=at,
                    sha256=sha256,
                    size=len(made.body),
                    form="simulated",
                    etag=None,
                    last_modified=None,
                    note=None,
                    confirmed_at=at,
                )
            )
    again = [
        replace(document, document_id=f"{document.document_id[:12]}{again:04d}")
        for again in range(1 + count // len(documents))
        for document in documents
    ]
    return again[:count]


def vintages(work: Path, rows: int) -> dict[int, Taken]:
    """Merge eight releases of a table like `tic_cslt` into an empty one, so many rows all together."""
    home = Home(work / "merge")
    home.prepare()
    incoming, held = work / "rows.parquet", work / "held.parquet"
    query = _ROWS.format(months=MONTHS, releases=RELEASES, figures=rows // RELEASES // MONTHS * MONTHS)
    with duckdb.connect(config={"memory_limit": "1GB", "threads": "1", "temp_directory": str(work)}) as connection:
        connection.execute(f"copy ({query}) to {literal(str(incoming))} (format parquet)")
        nothing = "select null::bigint as row_number, null::varchar[] as broken_rules limit 0"
        connection.execute(f"copy ({nothing}) to {literal(str(held))} (format parquet)")
    found: dict[int, Taken] = {}
    counts = []
    for count in WORKERS:
        shutil.rmtree(home.work, ignore_errors=True)
        home.prepare()
        start(home, None)
        with _workers(work, count) as running, connect(home) as connection:

            def on_spark(connection: duckdb.DuckDBPyConnection = connection) -> None:
                counts.append(merge_on_spark(home, connection, TABLE, incoming, [], held))

            def here(connection: duckdb.DuckDBPyConnection = connection) -> None:
                counts.append(merge(connection, TABLE, incoming, [], held))

            found[count] = measured(on_spark if running else here)
    assert counts[1:] == counts[:-1], counts
    shutil.rmtree(home.root)
    return found


PARTS: dict[str, Callable[[Path, int], dict[int, Taken]]] = {"read": candles, "merge": vintages}
_NAMES = {0: "the load's process", 1: "1 worker", 2: "2 workers"}


def table(found: dict[tuple[str, int], dict[int, Taken]]) -> str:
    """All that was measured, as a table."""
    lines = ["| step | million rows | where | wall, s | processor, s |", "|---|---|---|---|---|"]
    for (part, millions), taken in found.items():
        for count, one in taken.items():
            lines.append(f"| {part} | {millions} | {_NAMES[count]} | {one.wall:.1f} | {one.cpu:.1f} |")
    return "\n".join(lines)


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.bench.spark_jobs", description=__doc__)
    parser.add_argument("--work", type=Path, help="a folder for some GB; else one that is removed")
    parser.add_argument("--part", choices=PARTS, help="default: both")
    parser.add_argument("--millions", type=int, nargs="+", default=MILLIONS, help="of rows")
    arguments = parser.parse_args()
    reason = why_not()
    if reason is not None:
        parser.error(f"Spark cannot be measured: {reason}")
    found: dict[tuple[str, int], dict[int, Taken]] = {}
    with tempfile.TemporaryDirectory(prefix="tidemark-spark-") as folder:
        work = arguments.work or Path(folder)
        for millions in arguments.millions:
            for part in [arguments.part] if arguments.part else PARTS:
                found[part, millions] = PARTS[part](work, millions * MILLION)
                sys.stderr.write(f"{table({(part, millions): found[part, millions]})}\n")
    sys.stdout.write(f"{table(found)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
