"""Dagster's folder in a home: what its `dagster.yaml` says, and whether the storage that it names answers.

Belongs here: SQLite in the home, or one PostgreSQL for several machines. Does not belong here: Dagster's history itself
(`run_history`), and anything that imports Dagster: this is asked before each load.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from orchestration.home import HomeError

VARIABLE = "TIDEMARK_DAGSTER_POSTGRES"
PATIENCE_SECONDS = 10

IN_THE_HOME = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
"""Dagster sends nothing home, and its UI does not ask for an address to send news to."""

ON_POSTGRES = f"""\
{IN_THE_HOME}storage:
  postgres:
    postgres_url:
      env: {VARIABLE}
# DuckDB has one writer: whatever the queue holds runs one after the other.
concurrency:
  runs:
    max_concurrent_runs: 1
# A run whose process was killed would hold the queue for good.
run_monitoring:
  enabled: true
  max_runtime_seconds: 21600
"""


def configure(folder: Path, postgres: SecretStr | None) -> None:
    """Write `dagster.yaml`, unless a person has; and ask the server, if there is to be one.

    Args:
        folder: Dagster's, in the home.
        postgres: the address of the server; None for SQLite in the folder. It is not written: the file names the
            environment variable.

    Raises:
        HomeError: the file cannot be written or says otherwise, a package is missing, or the server does not answer.
    """
    configuration = folder / "dagster.yaml"
    wanted = (ON_POSTGRES if postgres else IN_THE_HOME).encode()
    try:
        # A process killed here may have left it empty.
        found = configuration.read_bytes() if configuration.exists() else b""
        is_ours = found in (b"", IN_THE_HOME.encode(), ON_POSTGRES.encode())
        if is_ours and found != wanted:
            # Swapped in whole: who reads it half written takes SQLite for the storage.
            written = configuration.with_name(f"dagster.yaml.{os.getpid()}")
            written.write_bytes(wanted)
            written.replace(configuration)
    except OSError as error:
        raise HomeError(f"{configuration} cannot be written: {error.strerror}.") from None
    if postgres is None:
        return
    if not is_ours and VARIABLE.encode() not in found:
        raise HomeError(
            f"{VARIABLE} is set, and {configuration} is not of our making and does not name it. "
            "Move that file away and run this again, or unset the variable."
        )
    _ask(postgres.get_secret_value())


def _ask(address: str) -> None:
    missing = [package for package in ("dagster_postgres", "psycopg2") if find_spec(package) is None]
    if missing:
        raise HomeError(
            f"{VARIABLE} is set, and the package {missing[0]} is missing. Install the extra `postgres` of this project "
            "into the same environment (docs/operate/scale.md), or unset the variable."
        )
    import psycopg2

    try:
        psycopg2.connect(address, connect_timeout=PATIENCE_SECONDS).close()
    except psycopg2.Error as error:
        # An address that cannot be read is repeated in the error, with its password.
        is_read = isinstance(error, psycopg2.OperationalError)
        said = str(error).partition("\n")[0].rstrip(".") if is_read else "the address cannot be read"
        raise HomeError(
            f"The PostgreSQL of {VARIABLE} does not take us in: {said}. Start the server, or correct the variable "
            "(postgresql://user:password@host:port/database), and run this again; without it Dagster's storage is "
            "SQLite in the home."
        ) from None
