"""The two heavy steps on Spark, at growing sizes and on one core and two: candles to days, vintages to the latest.

    python -m tests.campaigns.heavy_path --folder <an empty folder> [--rows 1,2,4] [--cores 1,2]

Belongs here: made-up rows by the million, and the time that the models' own SQL takes over them. Does not belong here:
whether it is right (`tests/parity`). CPU seconds are told beside those of the clock, since a machine has other work.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import duckdb

from orchestration.warehouse.home import Home
from orchestration.warehouse.raw_tables import RAW_TABLES
from orchestration.warehouse.transform import DBT, DBT_PROJECT
from orchestration.warehouse.working import start, working_file

MILLION = 1_000_000
CANDLES = ("int_daily_candles",)
VINTAGES = ("int_observation_statements", "int_observation_vintages", "fct_observations")
STEPS = {"candles": CANDLES, "vintages": VINTAGES}

# A thousand symbols; each tenth candle is stated a second time.
_CANDLES = """
    select
        'binance' as venue, 'S' || (n % 1000) as symbol, 'USDT' as quote, '1d' as candle_interval,
        timestamp '2000-01-01' + interval (n // 1000) minute as opened_at,
        100 + n % 7 as open, 110 + n % 7 as high, 90 + n % 7 as low, 105 + n % 7 as close, 1.5 * (n % 100) as volume,
        1 as line_number, 'document' || statement as document_id,
        timestamp '2026-01-01' + interval (statement) day as retrieved_at, null::date as released_on
    from range({rows} * 10 // 11) as numbers (n) cross join range(2) as statements (statement)
    where statement = 0 or n % 10 = 0
"""
# Ten thousand days a series, and two vintages of each, of which every second one says something else.
_OBSERVATIONS = """
    select
        'SIM' || (n // 10000) as series_id, date '1990-01-01' + (n % 10000)::integer as date,
        (100 + n % 13 + statement * (n % 2))::decimal(24, 10) as value,
        1 as line_number, 'document' || statement as document_id,
        timestamp '2026-01-01' + interval (statement) day as retrieved_at, null::date as released_on
    from range({rows} // 2) as numbers (n) cross join range(2) as statements (statement)
"""


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--rows", default="1,2,4", help="Millions of rows, several with commas.")
@click.option("--cores", default="1,2")
def main(folder: Path, rows: str, cores: str) -> None:
    """Print a table: step, rows, cores, seconds of the clock and of the CPU."""
    raw = folder / "raw"
    _prepare(folder, raw)
    click.echo("| step | million rows | Parquet, MB | cores | seconds | CPU seconds | rows a CPU second |")
    click.echo("|---|---|---|---|---|---|---|")
    for count in map(float, rows.split(",")):
        megabytes = _fill(raw, int(count * MILLION))
        for number in map(int, cores.split(",")):
            arguments = [sys.executable, "-m", __spec__.name if __spec__ else __name__, "measure", str(folder)]
            process = subprocess.run(
                [*arguments, str(number)], capture_output=True, text=True, check=True, env=_environment(folder)
            )
            for step, (seconds, cpu) in json.loads(process.stdout.splitlines()[-1]).items():
                cells = [f"{count:g}", f"{megabytes[step]:.0f}", str(number), f"{seconds:.1f}", f"{cpu:.1f}"]
                click.echo(f"| {' | '.join([step, *cells, f'{count * MILLION / cpu:,.0f}'])} |")


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "TIDEMARK_RAW_EXPORT": str(folder / "raw"),
        "TIDEMARK_SPARK_WAREHOUSE": str(folder / "spark"),
        "TIDEMARK_SPARK_MASTER": "local[1]",
    }


def _prepare(folder: Path, raw: Path) -> None:
    """Empty tables of raw, and the models above the two steps."""
    home = Home(folder / "home")
    home.prepare()
    start(home, None)
    with duckdb.connect(str(working_file(home)), read_only=True) as connection:
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('raw', 'quarantine')"
        ).fetchall():
            (raw / schema / table).mkdir(parents=True, exist_ok=True)
            connection.execute(f"copy {schema}.{table} to '{raw / schema / table}/part-0.parquet' (format parquet)")
    (folder / "spark").mkdir(exist_ok=True)
    last = [f"+{steps[-1]}" for steps in STEPS.values()]
    subprocess.run(
        [
            *(DBT, "build", "--select", *last, "--exclude-resource-type", "unit_test", "test", "--target", "spark"),
            *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "log")),
        ],
        check=True,
        env=_environment(folder),
        cwd=folder,
        capture_output=True,
    )


def _fill(raw: Path, rows: int) -> dict[str, float]:
    """Write the made-up rows, a file a million; returns the megabytes of each step's table."""
    sizes = {}
    for step, table, query in (
        ("candles", "crypto_candles", _CANDLES),
        ("vintages", "fred_observations", _OBSERVATIONS),
    ):
        folder = raw / "raw" / table
        shutil.rmtree(folder)
        types = ", ".join(f"{name}::{kind} as {name}" for name, kind in RAW_TABLES[table].offered_columns.items())
        with duckdb.connect(config={"memory_limit": "1GB", "threads": "1"}) as connection:
            connection.execute(
                f"copy (select {types} from ({query.format(rows=rows)})) to '{folder}' "
                "(format parquet, compression zstd, per_thread_output, file_size_bytes '64MB')"
            )
        sizes[step] = sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    return sizes


def measure(folder: Path, cores: int) -> dict[str, tuple[float, float]]:
    """Seconds of the clock and of the CPU, by step, of making its tables anew from the compiled models."""
    session = _session(folder, cores)
    pid = session._jvm.java.lang.ProcessHandle.current().pid()
    compiled = folder / "target" / "compiled" / "tidemark" / "models"
    session.sql("select count(*) from raw.crypto_candles").collect()  # classes are loaded
    told = {}
    for step, models in STEPS.items():
        clock, cpu = time.monotonic(), _cpu_seconds(pid)
        for model in models:
            (path,) = compiled.rglob(f"{model}.sql")
            schema = "marts" if "marts" in path.parts else "intermediate"
            session.sql(f"drop table if exists {schema}.{model}")
            session.sql(f"create table {schema}.{model} as {path.read_text(encoding='utf-8')}")
        told[step] = (time.monotonic() - clock, _cpu_seconds(pid) - cpu)
    session.stop()
    return told


def _session(folder: Path, cores: int) -> Any:
    from pyspark.sql import SparkSession

    spark = folder / "spark"
    options = {
        "spark.driver.memory": "3g",
        "spark.sql.warehouse.dir": str(spark),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={spark}/catalogue",
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={spark}",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.ansi.enabled": "false",
        "spark.sql.shuffle.partitions": str(8 * cores),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.enableHiveSupport().master(f"local[{cores}]")
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        click.echo(json.dumps(measure(Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        main()
