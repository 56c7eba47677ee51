"""The merge of vintages: when a row is a new vintage, and that the order of loading does not matter."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.loading.merge import MergeCount, merge
from orchestration.tables.raw.crypto_candles import TABLE as CRYPTO_CANDLES
from orchestration.tables.raw.fred_observations import TABLE as FRED_OBSERVATIONS
from orchestration.tables.raw_table import RawTable

Values = dict[str, float | None]
"""Value by date (MM-DD of 2026) that a document of one series holds."""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("create schema raw")
    connection.execute("create schema quarantine")
    for table in (FRED_OBSERVATIONS, CRYPTO_CANDLES):
        connection.execute(table.definition())
        connection.execute(table.quarantine_definition())
    yield connection
    connection.close()


def _rows(document: int, values: Values, rank: int) -> pd.DataFrame:
    """The rows of document number n, retrieved on 1 February + n days."""
    return pd.DataFrame(
        {
            "series_id": "DGS10",
            "date": [dt.date.fromisoformat(f"2026-{day}") for day in values],
            "value": [float("nan") if value is None else value for value in values.values()],
            "line_number": range(2, len(values) + 2),
            "document_id": f"document-{document}",
            "retrieved_at": pd.Timestamp("2026-02-01") + pd.Timedelta(days=document),
            "released_on": None,
            "document_rank": rank,
            "is_dated": False,
        }
    ).astype({"document_rank": "int32", "line_number": "int32"})


def _merge(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    documents: dict[int, Values],
    replaced: Sequence[int] = (),
    table: RawTable = FRED_OBSERVATIONS,
    held: Sequence[int] = (),
) -> dict[str, MergeCount]:
    frames = [_rows(number, values, rank) for rank, (number, values) in enumerate(sorted(documents.items()))]
    incoming = tmp_path / "incoming.parquet"
    frame = pd.concat(frames)  # noqa: F841 (DuckDB reads it by name)
    connection.execute(
        "copy (select * replace (cast(released_on as date) as released_on) from frame) "
        f"to '{incoming}' (format parquet)"
    )
    return merge(
        connection, table, incoming, [f"document-{number}" for number in replaced], _held(connection, tmp_path, held)
    )


def _held(connection: duckdb.DuckDBPyConnection, tmp_path: Path, rows: Sequence[int] = ()) -> Path:
    """What the checks leave for the merge: the rows to hold back."""
    path = tmp_path / "held.parquet"
    numbers = ", ".join(str(row) for row in rows)
    connection.execute(
        f"copy (select unnest([{numbers}]::bigint[]) as row_number, ['a_rule', 'b_rule'] as broken_rules) "
        f"to '{path}' (format parquet)"
    )
    return path


def _raw(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, float | None, str]]:
    rows = connection.execute(
        "select strftime(date, '%m-%d'), cast(value as double), document_id from raw.fred_observations order by all"
    ).fetchall()
    return [(str(day), value, str(document)) for day, value, document in rows]


def test_only_changed_values_are_added(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _merge(connection, tmp_path, {1: {"01-01": 4.67, "01-02": 4.5}})
    counts = _merge(connection, tmp_path, {2: {"01-01": 4.6700000000, "01-02": 4.6, "01-03": 4.7}})
    assert _raw(connection) == [
        ("01-01", 4.67, "document-1"),
        ("01-02", 4.5, "document-1"),
        ("01-02", 4.6, "document-2"),
        ("01-03", 4.7, "document-2"),
    ]
    assert counts == {"document-2": MergeCount(loaded=2, unchanged=1, quarantined=0, retracted=0)}


@pytest.mark.parametrize("window", [{"01-02": 2.0, "01-03": 3.0}, {"01-01": 1.0, "01-02": 2.0}])
def test_figures_outside_the_window_stay(connection: duckdb.DuckDBPyConnection, tmp_path: Path, window: Values) -> None:
    _merge(connection, tmp_path, {1: {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0}})
    counts = _merge(connection, tmp_path, {2: window})
    assert len(_raw(connection)) == 3
    assert counts["document-2"] == MergeCount(loaded=0, unchanged=2, quarantined=0, retracted=0)


@pytest.mark.parametrize("second", [{"01-01": 1.0, "01-03": 3.0}, {"01-01": 1.0, "01-02": None, "01-03": 3.0}])
def test_a_value_missing_inside_the_window_is_retracted(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, second: Values
) -> None:
    _merge(connection, tmp_path, {1: {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0}})
    _merge(connection, tmp_path, {2: second})
    assert ("01-02", None, "document-2") in _raw(connection)
    before = _raw(connection)
    _merge(connection, tmp_path, {3: second})
    assert _raw(connection) == before, "it is taken back once"
    _merge(connection, tmp_path, {4: {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0}})
    assert ("01-02", 2.0, "document-4") in _raw(connection), "and can come again"


def test_a_blank_without_an_earlier_value_is_not_a_vintage(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    counts = _merge(connection, tmp_path, {1: {"01-01": None, "01-02": 2.0}})
    assert _raw(connection) == [("01-02", 2.0, "document-1")]
    assert counts["document-1"] == MergeCount(loaded=1, unchanged=1, quarantined=0, retracted=0)


def test_the_order_of_loading_does_not_matter(tmp_path: Path) -> None:
    documents: dict[int, Values] = {
        1: {"01-01": 1.0, "01-02": 2.0},
        2: {"01-01": 1.5, "01-02": 2.0, "01-03": 3.0},
        3: {"01-01": 1.0, "01-03": 3.0},
    }
    outcomes = set()
    for order in itertools.permutations(documents):
        with duckdb.connect() as connection:
            connection.execute("create schema raw")
            connection.execute("create schema quarantine")
            connection.execute(FRED_OBSERVATIONS.definition())
            connection.execute(FRED_OBSERVATIONS.quarantine_definition())
            loaded: list[int] = []
            for number in order:
                # As `offer` does: a document older than a loaded one puts all of its dataset up again.
                late = [known for known in loaded if known > number]
                due = [*loaded, number] if late else [number]
                _merge(connection, tmp_path, {n: documents[n] for n in due}, replaced=loaded if late else [])
                loaded.append(number)
            outcomes.add(tuple(_raw(connection)))
    assert len(outcomes) == 1
    assert len(next(iter(outcomes))) == 6


def test_a_slice_of_candles_retracts_nothing(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    def candles(document: int, days: list[int]) -> Path:
        path = tmp_path / f"{document}.parquet"
        frame = pd.DataFrame(  # noqa: F841 (DuckDB reads it by name)
            {
                "venue": "coinbase",
                "symbol": "BTC",
                "quote": "USD",
                "candle_interval": "1d",
                "parts": None,
                "opened_at": [pd.Timestamp(2026, 1, day) for day in days],
                **dict.fromkeys(("open", "high", "low", "close", "volume"), 1.0),
                "line_number": 1,
                "document_id": f"document-{document}",
                "retrieved_at": pd.Timestamp("2026-02-01") + pd.Timedelta(days=document),
                "document_rank": 0,
                "is_dated": False,
            }
        )
        connection.execute(f"copy (select *, null::date as released_on from frame) to '{path}' (format parquet)")
        return path

    merge(connection, CRYPTO_CANDLES, candles(1, [1, 2, 3]), [], _held(connection, tmp_path))
    counts = merge(connection, CRYPTO_CANDLES, candles(2, [1, 3]), [], _held(connection, tmp_path))
    assert counts["document-2"] == MergeCount(loaded=0, unchanged=2, quarantined=0, retracted=0)
    assert connection.execute("select count(*) from raw.crypto_candles").fetchone() == (3,)


def test_rows_with_their_own_release_day_enter_once_each(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "dated.parquet"
    frame = pd.concat([_rows(1, {"01-01": 1.0}, 0), _rows(1, {"01-01": 1.1}, 0)]).assign(  # noqa: F841 (DuckDB reads it by name)
        released_on=[dt.date(2026, 1, 2), dt.date(2026, 1, 9)], is_dated=True
    )
    connection.execute(f"copy frame to '{path}' (format parquet)")
    merge(connection, FRED_OBSERVATIONS, path, [], _held(connection, tmp_path))
    counts = merge(connection, FRED_OBSERVATIONS, path, [], _held(connection, tmp_path))
    assert [value for _, value, _ in _raw(connection)] == [1.0, 1.1]
    assert counts["document-1"].unchanged == 2


def test_a_held_row_is_quarantined_and_the_previous_value_stays(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    _merge(connection, tmp_path, {1: {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0}})
    counts = _merge(connection, tmp_path, {2: {"01-01": 1.0, "01-02": 20.0, "01-03": 3.5}}, held=[1])
    assert counts == {"document-2": MergeCount(loaded=1, unchanged=1, quarantined=1, retracted=0)}
    assert _raw(connection)[1:] == [
        ("01-02", 2.0, "document-1"),
        ("01-03", 3.0, "document-1"),
        ("01-03", 3.5, "document-2"),
    ]
    kept = "select cast(value as double), document_id, line_number, broken_rules from quarantine.fred_observations"
    assert connection.execute(kept).fetchall() == [(20.0, "document-2", 3, ["a_rule", "b_rule"])]


def test_a_document_with_only_held_rows_retracts_nothing(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _merge(connection, tmp_path, {1: {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0}})
    counts = _merge(connection, tmp_path, {2: {"01-01": 10.0, "01-03": 30.0}}, held=[0, 1])
    assert {document for _, _, document in _raw(connection)} == {"document-1"}
    assert counts == {"document-2": MergeCount(loaded=0, unchanged=0, quarantined=2, retracted=0)}


def test_a_held_row_that_is_accepted_later_leaves_quarantine(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    _merge(connection, tmp_path, {1: {"01-01": 1.0, "01-02": 20.0}}, held=[1])
    counts = _merge(connection, tmp_path, {1: {"01-01": 1.0, "01-02": 20.0}}, replaced=[1])
    assert counts == {"document-1": MergeCount(loaded=2, unchanged=0, quarantined=0, retracted=0)}
    assert connection.execute("select count(*) from quarantine.fred_observations").fetchone() == (0,)


def test_held_rows_of_an_unreadable_document_leave_quarantine(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    _merge(connection, tmp_path, {1: {"01-01": 1.0, "01-02": 20.0}}, held=[1])
    nothing = tmp_path / "nothing.parquet"
    connection.execute(f"copy (from '{tmp_path / 'incoming.parquet'}' where false) to '{nothing}' (format parquet)")
    held = _held(connection, tmp_path)
    assert merge(connection, FRED_OBSERVATIONS, nothing, ["document-1"], held, without_rows=["document-1"]) == {}
    assert _raw(connection) == []
    assert connection.execute("select count(*) from quarantine.fred_observations").fetchone() == (0,)
