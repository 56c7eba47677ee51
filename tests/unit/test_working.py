"""The working file is opened with as much memory as the home may take."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home import Home, HomeError
from orchestration.warehouse.working import connect


def test_what_needs_more_memory_than_is_given_is_told_with_the_setting(tmp_path: Path) -> None:
    home = Home(tmp_path, "100MB")
    home.prepare()
    asks_for_much = "select length(list(i)) from range(30_000_000) as numbers (i)"
    told = r"more memory than the 100MB that TIDEMARK_MEMORY_LIMIT gives it.* Give it more, and load again"
    with pytest.raises(HomeError, match=told), connect(home) as connection:
        connection.execute(asks_for_much)
    with connect(Home(tmp_path, "4GB")) as connection:
        assert connection.execute(asks_for_much).fetchall() == [(30_000_000,)]
