"""A warehouse of a few rows, for tests of what happens to the file: every mart bears the mark of its build."""

from __future__ import annotations

import os
from collections.abc import Iterable

from orchestration.home import Home
from orchestration.warehouse.working import connect, start

RETRIEVED = "2026-06-18 23:59:59"
_FILLING = {"VARCHAR": "'x'", "BIGINT": "0", "BOOLEAN": "false", "TIMESTAMP": f"timestamp '{RETRIEVED}'"}


def build(home: Home, mark: int, marts: Iterable[str] = ("fct",), rows: int = 1) -> None:
    """Make a working file as dbt leaves it: marts of `rows` rows that all say `mark`, and what no reader is given.

    It begins with the published file, as a load does; raw holds one document.
    """
    start(home, None)
    with connect(home) as connection:
        columns = [(name, kind) for name, kind, *_ in connection.execute("describe raw.documents").fetchall()]
        values = ", ".join(_FILLING.get(kind, "null") for _, kind in columns)
        connection.execute(f"insert or replace into raw.documents values ({values})")
        for schema in ("staging", "intermediate", "marts"):
            connection.execute(f"create schema if not exists {schema}")
        for name in marts:
            connection.execute(
                f"create or replace table marts.{name} as select {mark} as mark, number from range({rows}) as t(number)"
            )
        connection.execute("create or replace view staging.stg as select * from raw.documents")
        connection.execute("create or replace table intermediate.int as select * from staging.stg")


def age_releases(home: Home, seconds: float) -> None:
    """Let the releases be as old as if this much time had passed."""
    for folder in home.snapshots.iterdir():
        status = folder.stat()
        os.utime(folder, (status.st_atime - seconds, status.st_mtime - seconds))
