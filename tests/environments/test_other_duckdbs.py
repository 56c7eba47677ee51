"""The published file in readers' versions of DuckDB: older than ours, and newer."""

from __future__ import annotations

import json
import subprocess
import sys

import duckdb
import pytest

from tests.installation import HANGS, Installation
from tests.other_environments import python_with

COUNT = """
import json, sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    names = [name for (name,) in connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'marts' order by all").fetchall()]
    names += ["holdings_as_of(date '2026-01-20')", "observations_as_of(date '2020-03-20')"]
    query = "select count(*), count(columns(*)) from marts."
    counts = {name: connection.execute(query + name).fetchall() for name in names}
print(json.dumps({"version": duckdb.__version__, "counts": counts}))
"""


def _counts(installation: Installation, python: str) -> dict[str, object]:
    result = subprocess.run(
        [python, "-c", COUNT, installation.published], capture_output=True, text=True, timeout=HANGS, check=False
    )
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


@pytest.mark.parametrize("version", ["1.4", "2.0"])
def test_other_versions_read_every_mart_and_the_table_functions(loaded_sample: Installation, version: str) -> None:
    ours = _counts(loaded_sample, sys.executable)
    theirs = _counts(loaded_sample, str(python_with(f"duckdb-{version}")))
    assert ours["version"] == duckdb.__version__
    assert str(theirs["version"]).startswith(version)
    assert theirs["counts"] == ours["counts"]
