"""What the tasks of Spark do, without Spark: slices of a merge give what the whole merge gives, and so do documents."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.archive import Archive
from orchestration.loading.merge import MergeCount, merge
from orchestration.sources.base import FormatError, Response
from orchestration.sources.crypto import binance
from orchestration.sources.crypto.intraday import keep_candles
from orchestration.spark.slices import (
    ADDED,
    BROKEN_RULES,
    COUNTED,
    COUNTS,
    HELD,
    ROW_NUMBER,
    merge_part,
    parts_of,
    read_document,
    result_schema,
    split_part,
)
from orchestration.spark.start import SparkError, has_enough
from orchestration.tables.raw.fred_observations import TABLE as FRED_OBSERVATIONS
from orchestration.tables.raw.tic_cslt import TABLE as TIC_CSLT
from orchestration.tables.raw_table import RawTable
from tests.unit import crypto_documents as made

SLICES = 3
_numbers = itertools.count()
Rows = list[tuple[int, int, int | None, bool]]
"""Series, month, value, whether a rule was broken: one document."""
ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 6), st.one_of(st.none(), st.integers(1, 3)), st.integers(0, 7)).map(
        lambda row: (*row[:3], row[3] == 0)
    ),
    max_size=20,
    unique_by=lambda row: row[:2],
)


def _frame(documents: list[Rows], first: int, table: RawTable, *, dated: bool) -> pa.Table:
    """The rows of documents, numbered from `first`; with the columns of a slice."""
    lines: list[dict[str, object]] = []
    for rank, rows in enumerate(documents):
        for line, (series, month, value, broken) in enumerate(rows, start=1):
            number = first + rank
            line_of = {
                "line_number": line,
                "document_id": f"document-{number}",
                "retrieved_at": dt.datetime(2026, 2, 1) + dt.timedelta(days=number),  # noqa: DTZ001
                "released_on": dt.date(2026, 1, 1 + number) if dated else None,
                "document_rank": rank,
                "is_dated": dated,
                ROW_NUMBER: len(lines),
                BROKEN_RULES: ["a_rule"] if broken else None,
            }
            names = dict.fromkeys(table.parsed_columns) | line_of
            names |= {name: f"{name}-{series}" for name in table.series_columns}
            names |= {table.period.name: dt.date(2025, month, 28)}
            names |= dict.fromkeys(table.value_columns, None if value is None else value / 2)
            lines.append(names)
    text, number, day = pa.string(), pa.float64(), pa.date32()
    kinds = {"varchar": text, "date": day, "timestamp": pa.timestamp("us"), "integer": pa.int32()}
    columns = [(name, kinds.get(kind, number)) for name, kind in table.parsed_columns.items()]
    others = [("document_rank", pa.int32()), ("is_dated", pa.bool_()), (ROW_NUMBER, pa.int64())]
    return pa.Table.from_pylist(lines, pa.schema([*columns, *others, (BROKEN_RULES, pa.list_(text))]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slices")


def _whole(folder: Path, table: RawTable, known: pa.Table, parsed: pa.Table) -> Iterator[object]:
    """Rows of raw before, what one merge adds to raw and quarantine, and its counts."""
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema quarantine")
        connection.execute(table.definition())
        connection.execute(table.quarantine_definition())
        for name, rows in (("known", known), ("parsed", parsed)):
            # Each with paths of its own: DuckDB may still hold what a file of this path had a moment ago.
            accepted, kept_back = (folder / f"{next(_numbers)}-{name}-{kind}.parquet" for kind in ("rows", "held"))
            pq.write_table(rows.drop_columns([ROW_NUMBER, BROKEN_RULES]), accepted)
            held = rows.select([ROW_NUMBER, BROKEN_RULES]).to_pylist()
            broken = [row for row in held if row[BROKEN_RULES] is not None]
            schema = pa.schema([(ROW_NUMBER, pa.int64()), (BROKEN_RULES, pa.list_(pa.string()))])
            pq.write_table(pa.Table.from_pylist(broken, schema), kept_back)
            before = connection.execute(f"from raw.{table.name}").to_arrow_table()
            counts = merge(connection, table, accepted, [], kept_back)
        documents = parsed.column("document_id").unique().to_pylist()
        yield before
        for schema_name in ("raw", "quarantine"):
            query = f"from {schema_name}.{table.name} where list_contains(?, document_id) order by all"
            yield connection.execute(query, [documents]).fetchall()
        yield counts


def _sliced(folder: Path, table: RawTable, known: pa.Table, parsed: pa.Table) -> pa.Table:
    """What the slices give, from files with a few row groups."""
    own = folder / str(next(_numbers))
    own.mkdir()
    rows, raw, held = (own / f"{name}.parquet" for name in ("rows", "known", "held"))
    pq.write_table(parsed.drop_columns([ROW_NUMBER, BROKEN_RULES]), rows, row_group_size=4)
    pq.write_table(known, raw, row_group_size=4)
    numbered = parsed.select([ROW_NUMBER, BROKEN_RULES])
    pq.write_table(numbered.filter(pc.is_valid(numbered.column(BROKEN_RULES))), held)
    new, old = (
        [
            split_part(table, part, kept_back, SLICES, own / f"{path.stem}-{number}")
            for number, part in enumerate(parts_of(path, 6))
        ]
        for path, kept_back in ((rows, held), (raw, None))
    )
    for number in range(SLICES):
        merge_part(table, number, new, old, own / "results" / f"{number}.parquet", number)
    results = sorted((own / "results").glob("*.parquet")) if parsed.num_rows else []
    return pa.concat_tables([result_schema(table).empty_table(), *map(pq.read_table, results)])


@pytest.mark.parametrize(("groups", "rows", "expected"), [([], 5, []), ([3, 3, 3], 5, [6, 3]), ([9], 5, [9])])
def test_parts_of_a_file_hold_each_row_once(folder: Path, groups: list[int], rows: int, expected: list[int]) -> None:
    path = folder / f"{next(_numbers)}.parquet"
    schema = pa.schema([("number", pa.int64())])
    with pq.ParquetWriter(path, schema) as writer:
        for first, count in enumerate(groups):
            writer.write_table(pa.table({"number": range(first, first + count)}, schema))
    parts = parts_of(path, rows)
    assert [part.rows for part in parts] == expected
    assert [part.first for part in parts] == [sum(expected[:number]) for number in range(len(expected))]
    assert [group for part in parts for group in part.groups] == list(range(len(groups)))


@pytest.mark.parametrize(("table", "dated"), [(FRED_OBSERVATIONS, False), (FRED_OBSERVATIONS, True), (TIC_CSLT, False)])
@settings(max_examples=10)
@given(earlier=st.lists(ROWS, max_size=2), later=st.lists(ROWS, min_size=1, max_size=3))
def test_slices_of_a_merge_give_the_same_as_one_merge(
    folder: Path, table: RawTable, dated: bool, earlier: list[Rows], later: list[Rows]
) -> None:
    parsed = _frame(later, len(earlier), table, dated=dated)
    before, raw, quarantine, counts = _whole(folder, table, _frame(earlier, 0, table, dated=dated), parsed)
    merged = _sliced(folder, table, before, parsed)  # noqa: F841 (DuckDB reads it by name)
    names = ", ".join(table.parsed_columns)
    added = duckdb.sql(f"select {names} from merged where kind = '{ADDED}' order by all").fetchall()
    held = duckdb.sql(f"select {names}, broken_rules from merged where kind = '{HELD}' order by all").fetchall()
    sums = ", ".join(f"sum({name})::bigint" for name in COUNTS)
    counted = duckdb.sql(f"select document_id, {sums} from merged where kind = '{COUNTED}' group by all").fetchall()
    assert added == raw
    assert held == quarantine
    assert {document: MergeCount(*numbers) for document, *numbers in counted} == counts


ADDRESS = "https://data.binance.vision/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2026-08.zip"
DATASET = "intraday/BTCUSDT/1m"
LATER = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)


def _archived(archive: Archive, *, high: int) -> None:
    begin = made.seconds("2026-08-01")
    candles = [made.Candle(begin + i * 60, 100 + i, high + i, 98 + i, 101 + i, 0.5) for i in range(2_880)]
    body = made.zipped(made.binance_csv(candles, 60, 1_000_000), "BTCUSDT-1m-2026-08.csv")
    archive.add("binance", DATASET, Response(ADDRESS, body, LATER))


def test_a_task_reads_a_document_as_a_load_does(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    _archived(archive, high=103)
    (document,) = archive.documents()
    reading = read_document(document, tmp_path / "archive", tmp_path / "out", "first")
    again = read_document(document, tmp_path / "archive", tmp_path / "out", "second")
    assert (reading, reading.error) == (again, "")
    frame = binance.parse(DATASET, archive.read(document), LATER)
    days = keep_candles(frame, document.document_id, LATER, tmp_path / "expected")
    found = pd.read_parquet(tmp_path / "out" / "days" / f"{document.document_id}.parquet")
    pd.testing.assert_frame_equal(found, days)
    (expected,) = (tmp_path / "expected").rglob("*.parquet")
    (candles,) = (tmp_path / "out" / "candles").rglob("*.parquet")
    assert candles.relative_to(tmp_path / "out" / "candles") == expected.relative_to(tmp_path / "expected")
    assert pq.read_table(candles).equals(pq.read_table(expected))


def test_a_task_says_why_a_document_cannot_be_read(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    _archived(archive, high=90)
    (document,) = archive.documents()
    reading = read_document(document, tmp_path / "archive", tmp_path / "out", "first")
    assert reading.error == FormatError.__name__
    assert "Line 1 is not a candle" in reading.reason
    assert not list((tmp_path / "out").rglob("*.parquet"))


def test_spark_starts_only_for_enough_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (has_enough(999_999), has_enough(1_000_000)) == (False, True)
    monkeypatch.setenv("TIDEMARK_SPARK_FROM_ROWS", "10")
    assert has_enough(10)
    monkeypatch.setenv("TIDEMARK_SPARK_FROM_ROWS", "many")
    with pytest.raises(SparkError, match="must be a number of rows"):
        has_enough(10)
