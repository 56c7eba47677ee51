"""The working file is opened with the memory limit of the home, and may be kept open between steps."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home, HomeError
from orchestration.warehouse.working import connect, keep_open, let_go, working_file


def test_a_query_above_the_memory_limit_names_the_setting(tmp_path: Path) -> None:
    home = Home(tmp_path, "100MB")
    home.prepare()
    asks_for_much = "select length(list(i)) from range(30_000_000) as numbers (i)"
    with pytest.raises(HomeError, match="TIDEMARK_MEMORY_LIMIT=100MB"), connect(home) as connection:
        connection.execute(asks_for_much)
    with connect(Home(tmp_path, "4GB")) as connection:
        assert connection.execute(asks_for_much).fetchall() == [(30_000_000,)]


def test_a_file_that_is_kept_open_is_complete_after_it_is_closed(tmp_path: Path) -> None:
    home = Home(tmp_path, "1GB")
    home.prepare()
    keep_open(home)
    try:
        with connect(home) as connection:
            connection.execute("create temp table step as select 1")
            connection.execute("create table kept as select 42 as answer")
        with connect(home) as connection:
            assert connection.execute("select answer from kept").fetchall() == [(42,)]
            assert connection.execute("select count(*) from duckdb_tables() where temporary").fetchall() == [(0,)]
        with pytest.raises(duckdb.ConnectionException, match="different configuration"):
            duckdb.connect(str(working_file(home)), read_only=True)
    finally:
        let_go(home)
    assert not working_file(home).with_suffix(".duckdb.wal").exists()
    with duckdb.connect(str(working_file(home)), read_only=True) as connection:
        assert connection.execute("select answer from kept").fetchall() == [(42,)]
    let_go(home)
