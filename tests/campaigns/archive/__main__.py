"""`python -m tests.campaigns.archive`: the archive and the history of runs over a month and over five years."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from orchestration.archive import Archive
from orchestration.archive.ledger import Ledger, LedgerLine, ledger_of
from orchestration.sources.base import Response
from orchestration.tables.raw_tables import LEDGER_DEFINITION
from tests.campaigns.archive.history import history_of
from tests.campaigns.archive.nights import World

FIRST_NIGHT = dt.date(2026, 6, 1)
NIGHTS_OF_FIVE_YEARS = 1_300
DOCUMENTS_OF_A_NIGHT = 43
"""A business night without a key: the daily series of FRED, the OFR's index, ten pages of candles."""


def size_of(folder: Path) -> tuple[float, float]:
    """Megabytes of the files below a folder: their lengths, and the blocks that they take on the disk."""
    found = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum(status.st_size for status in found) / 1e6, sum(status.st_blocks * 512 for status in found) / 1e6


def month(folder: Path, *, with_key: bool) -> str:
    """A month of nightly loads after a first one: what it adds."""
    world, archive = World(FIRST_NIGHT), Archive(folder)
    spent = served = 0.0
    start, start_on_disk = 0.0, 0.0
    documents = 0
    for number in range(31):
        for stored in world.night(FIRST_NIGHT + dt.timedelta(days=number), with_key=with_key):
            begun = time.process_time()
            archive.add(stored.source, stored.dataset, stored.response, essence=stored.essence)
            spent += time.process_time() - begun
            served += len(stored.response.body) / 1e6 if number else 0
        if number == 0:
            start, start_on_disk = size_of(folder)
            documents = len(archive.documents())
    end, end_on_disk = size_of(folder)
    key = "with a key" if with_key else "without a key"
    return (
        f"| a month {key} | {served:,.0f} | {len(archive.documents()) - documents:,} | {end - start:.1f} | "
        f"{end_on_disk - start_on_disk:.1f} | {spent / 31:.2f} |\n"
    )


def five_years(folder: Path) -> str:
    """The time to open the archive and the ledger, after one night and after five years of them."""
    lines = []
    archive = Archive(folder / "archive")
    ledger: Ledger = {}
    warehouse = folder / "tidemark.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema raw")
        connection.execute(LEDGER_DEFINITION)
    done = 0
    for nights in (1, NIGHTS_OF_FIVE_YEARS):
        while done < nights:
            at = dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC) + dt.timedelta(days=done * 1.4)
            for number in range(DOCUMENTS_OF_A_NIGHT):
                response = Response(f"https://publisher.test/{number}", f"{done}-{number}".encode(), at)
                archive.add("fred", f"S{number}", response)
            done += 1
        _write_ledger(warehouse, archive)
        Archive(folder / "archive")  # the load before, which wrote the index
        begun = time.process_time()
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            ledger = ledger_of(connection)
        opened = Archive(folder / "archive", ledger)
        assert opened.missing() == []
        spent = time.process_time() - begun
        megabytes, on_disk = size_of(folder)
        lines.append(f"| {nights:,} | {len(opened.documents()):,} | {spent:.2f} | {megabytes:.1f} | {on_disk:.1f} |\n")
        archive = opened
    return "".join(lines)


def _write_ledger(warehouse: Path, archive: Archive) -> None:
    lines = [
        (d.document_id, d.source, d.dataset, d.address, d.retrieved_at.replace(tzinfo=None), d.sha256, d.size)
        for d in archive.documents()
    ]
    assert LedgerLine.__dataclass_fields__.keys() >= {"address", "rows"}
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from raw.documents")
        names = ["document_id", "source", "dataset", "address", "retrieved_at", "sha256", "size"]
        columns = dict(zip(names, zip(*lines, strict=True), strict=True))
        import pandas as pd

        connection.register("lines", pd.DataFrame(columns))
        connection.execute(
            f"insert into raw.documents by name select {', '.join(names)}, 'x' as form, false as is_simulated, "
            "'loaded' as status, 1 as rows_parsed, 1 as rows_loaded, 0 as rows_unchanged, 0 as rows_quarantined, "
            "0 as rows_retracted, 'x' as rules from lines"
        )


def main() -> int:
    """Measure, and print the tables of docs/use/data_sources.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.archive", description=__doc__)
    parser.add_argument("--only", choices=["month", "years", "history"], help="Default: all.")
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if only in (None, "month"):
            sys.stdout.write(
                "| | MB served | documents | MB added | MB on disk | CPU seconds a night |\n|---|---|---|---|---|---|\n"
            )
            for with_key in (False, True):
                sys.stdout.write(month(folder / f"month-{with_key}", with_key=with_key))
        if only in (None, "years"):
            sys.stdout.write(
                "\n| nights | documents | CPU seconds to open | MB | MB on disk |\n|---|---|---|---|---|\n"
            )
            sys.stdout.write(five_years(folder))
        if only in (None, "history"):
            sys.stdout.write("\n| nights | CPU seconds of the history, a night | MB |\n|---|---|---|\n")
            history = folder / "history"
            history.mkdir()
            for night, seconds, megabytes in history_of(history, NIGHTS_OF_FIVE_YEARS):
                sys.stdout.write(f"| {night:,} | {seconds:.2f} | {megabytes:.1f} |\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
