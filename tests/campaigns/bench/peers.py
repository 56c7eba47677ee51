"""B8: the load of a month with dlt and with a plain script of pandas, each followed by stock dbt.

    python -m tests.campaigns.bench.peers {dlt,pandas} --files FOLDER FILE

Both read the same documents with our parsers, since neither has any for these publishers. dlt lands them as Arrow
tables in a schema of its own; the script compares them with what raw says, and appends what is news. Neither has an
archive, a guard, or retractions. Belongs here: these two. Does not belong here: dbt's build, which `loads` has.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from orchestration.sources.base import FormatError
from orchestration.sources.folder import read_manifest
from orchestration.sources.registry import SOURCES, identify
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import RAW_TABLES


def documents(files: Path) -> Mapping[str, list[pd.DataFrame]]:
    """The rows of all documents of a folder, by raw table, as the publishers' modules give them."""
    found = defaultdict(list)
    for document in read_manifest(files):
        owner = identify(document.address)
        if owner is None:
            continue
        response = document.response()
        try:
            frame = SOURCES[owner[0]].parse(owner[1], response.body, response.retrieved_at)
        except FormatError:
            continue
        rows = frame.assign(retrieved_at=pd.Timestamp(response.retrieved_at.replace(tzinfo=None)))
        found[SOURCES[owner[0]].raw_table(owner[1])].append(rows)
    return found


def with_dlt(file: Path, files: Path) -> None:
    """Land all rows with dlt, appended to its own schema."""
    import dlt  # type: ignore[import-not-found, unused-ignore]

    pipeline = dlt.pipeline(
        "landing",
        destination=dlt.destinations.duckdb(str(file)),
        dataset_name="landed",
        pipelines_dir=str(file.parent / "dlt"),
    )
    pipeline.run(
        [
            dlt.resource(
                [pa.Table.from_pandas(frame, preserve_index=False) for frame in frames],
                name=table,
                write_disposition="append",
            )
            for table, frames in documents(files).items()
        ]
    )


def with_pandas(file: Path, files: Path) -> None:
    """Append to raw what differs from its last statement of the same key; documents one after the other."""
    with duckdb.connect(str(file)) as connection:
        for name, frames in documents(files).items():
            table = RAW_TABLES[name]
            for frame in frames:
                _append_news(connection, table, frame)


def _append_news(connection: duckdb.DuckDBPyConnection, table: RawTable, frame: pd.DataFrame) -> None:
    key, values = list(table.key), list(table.value_columns)
    known = connection.execute(f"select * from raw.{table.name}").df()
    latest = known.sort_values("retrieved_at").drop_duplicates(key, keep="last")[key + values]
    for column in key:
        latest[column] = latest[column].astype(frame[column].dtype)
    both = frame.merge(latest, on=key, how="left", suffixes=("", "_before"), indicator=True)
    differs = pd.Series(False, index=both.index)
    for value in values:
        before = both[f"{value}_before"]
        differs |= (both[value] != before) & ~(both[value].isna() & before.isna())
    news = both[differs | (both["_merge"] == "left_only")]  # noqa: F841 (DuckDB reads it by name)
    columns = ", ".join(name for name in table.parsed_columns if name in frame.columns)
    connection.execute(f"insert into raw.{table.name} by name select {columns}, 'script' as document_id from news")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.bench.peers", description=__doc__)
    parser.add_argument("peer", choices=("dlt", "pandas"))
    parser.add_argument("--files", type=Path, required=True, help="the month's documents")
    parser.add_argument("file", type=Path, help="a copy of the published file")
    arguments = parser.parse_args()
    {"dlt": with_dlt, "pandas": with_pandas}[arguments.peer](arguments.file, arguments.files)


if __name__ == "__main__":
    main()
