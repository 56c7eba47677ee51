"""The working file is opened with the memory limit of the home."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home import Home, HomeError
from orchestration.warehouse.working import connect


def test_a_query_above_the_memory_limit_names_the_setting(tmp_path: Path) -> None:
    home = Home(tmp_path, "100MB")
    home.prepare()
    asks_for_much = "select length(list(i)) from range(30_000_000) as numbers (i)"
    with pytest.raises(HomeError, match="TIDEMARK_MEMORY_LIMIT=100MB"), connect(home) as connection:
        connection.execute(asks_for_much)
    with connect(Home(tmp_path, "4GB")) as connection:
        assert connection.execute(asks_for_much).fetchall() == [(30_000_000,)]
