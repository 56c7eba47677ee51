"""One heavy step on one engine, as a process of its own: Parquet is read, and Parquet is written.

    python -m tests.campaigns.bench.spark_step spark 2 candles <folder of Parquet> <folder to write>

Belongs here: the SQL of the steps, and a session of Spark or DuckDB around it. Does not belong here: measuring.

The step `vintages` is the text of the model `fct_observations`. The step `candles` says in SQL what
`orchestration/sources/crypto/intraday.py` does with each document: days made of minutes. Both engines run the same
text.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb
from jinja2 import Template

from orchestration.tables.sql import literal
from orchestration.warehouse.dbt_process import DBT_PROJECT

MEMORY = "2g"
"""Of Spark's driver, and DuckDB's limit: what docs/operate/spark.md gives as the default."""
SHUFFLE_PARTITIONS = 16
MONTH = "2020-01"
_LATEST = DBT_PROJECT / "macros" / "latest_vintages.sql"
_DAYS = """
    select
        venue,
        symbol,
        quote,
        '1d of 1m' as candle_interval,
        cast(opened_at as date) as date,
        min_by(open, opened_at) as open,
        max(high) as high,
        min(low) as low,
        max_by(close, opened_at) as close,
        sum(volume) as volume,
        count(*) as parts
    from source {where}
    group by venue, symbol, quote, cast(opened_at as date)
"""
NOTHING = "nothing"
STEPS: dict[str, Callable[[], str]] = {
    "candles": lambda: _DAYS.format(where=""),
    "month": lambda: _DAYS.format(where=f"where month = '{MONTH}'"),
    "vintages": lambda: str(Template(_LATEST.read_text(encoding="utf-8")).module.latest_observations("source")),
}


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.bench.spark_step", description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("cores", type=int)
    parser.add_argument("step", choices=(NOTHING, *STEPS))
    parser.add_argument("source", type=Path)
    parser.add_argument("into", type=Path)
    arguments = parser.parse_args()
    query = None if arguments.step == NOTHING else STEPS[arguments.step]()
    ENGINES[arguments.engine](arguments.cores, query, arguments.source, arguments.into)
    return 0


def _on_duckdb(cores: int, query: str | None, source: Path, into: Path) -> None:
    settings = {"memory_limit": "2GB", "threads": str(cores), "temp_directory": str(into / "temporary")}
    with duckdb.connect(config=settings) as connection:
        if query is None:
            return
        (into / "rows").mkdir()
        connection.execute(
            f"create view source as from read_parquet({literal(f'{source}/**/*.parquet')}, hive_types_autocast = false)"
        )
        part = literal(str(into / "rows" / "part-0.parquet"))
        connection.execute(f"copy ({query}) to {part} (format parquet, compression zstd)")


def _on_spark(cores: int, query: str | None, source: Path, into: Path) -> None:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    (into / "events").mkdir()
    options = {
        "spark.driver.memory": MEMORY,
        "spark.local.dir": str(into / "temporary"),
        # As in the profile of the models.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.ansi.enabled": "false",
        "spark.sql.shuffle.partitions": str(SHUFFLE_PARTITIONS),
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # The event log has the bytes that were shuffled and spilled.
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": (into / "events").as_uri(),
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "false",
    }
    builder = SparkSession.builder.master(f"local[{cores}]")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    if query is not None:
        session.read.parquet(str(source)).createOrReplaceTempView("source")
        session.sql(query).write.parquet(str(into / "rows"))
    session.stop()
    # Without waiting for Java, its CPU time would be missing in that of this process.
    gateway = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown()
        with suppress(OSError):
            gateway.proc.stdin.close()
        gateway.proc.wait()


ENGINES: dict[str, Callable[[int, str | None, Path, Path], None]] = {"spark": _on_spark, "duckdb": _on_duckdb}

if __name__ == "__main__":
    sys.exit(main())
