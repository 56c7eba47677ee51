"""Dagster's folder in a home: writes its `dagster.yaml`, and checks the connection to its storage.

Belongs here: SQLite in the home, or one PostgreSQL for several machines. Does not belong here: Dagster's history itself
(`run_history`), and anything that imports Dagster: this runs before each load.
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
"""Dagster sends no telemetry, and its UI does not ask for an e-mail address."""

ON_POSTGRES = f"""\
{IN_THE_HOME}storage:
  postgres:
    postgres_url:
      env: {VARIABLE}
# DuckDB has one writer: runs in the queue run one after the other.
concurrency:
  runs:
    max_concurrent_runs: 1
# A run whose process was killed would block the queue forever.
run_monitoring:
  enabled: true
  max_runtime_seconds: 21600
"""


def configure(folder: Path, postgres: SecretStr | None) -> str:
    """Write `dagster.yaml`, unless a person wrote it; and connect to the server once, if the settings name one.

    Args:
        folder: Dagster's, in the home.
        postgres: the address of the server; None for SQLite in the folder. It is not written: the file names the
            environment variable.

    Returns:
        The content of `dagster.yaml`.

    Raises:
        HomeError: the file cannot be written or disagrees, a package is missing, or the server does not answer.
    """
    configuration = folder / "dagster.yaml"
    wanted = (ON_POSTGRES if postgres else IN_THE_HOME).encode()
    try:
        # A process that was killed here may have left it empty.
        found = configuration.read_bytes() if configuration.exists() else b""
        is_ours = found in (b"", IN_THE_HOME.encode(), ON_POSTGRES.encode())
        if is_ours and found != wanted:
            # Renamed into place: a reader of half a file would use SQLite.
            written = configuration.with_name(f"dagster.yaml.{os.getpid()}")
            written.write_bytes(wanted)
            written.replace(configuration)
    except OSError as error:
        raise HomeError(f"{configuration} cannot be written: {error.strerror}.") from None
    text = (wanted if is_ours else found).decode(errors="replace")
    if postgres is None:
        return text
    if not is_ours and VARIABLE.encode() not in found:
        raise HomeError(
            f"{VARIABLE} is set, but {configuration}, which was not written by Tidemark, does not use it. "
            "Move that file away and run this again, or unset the variable."
        )
    _connect(postgres.get_secret_value())
    return text


def _connect(address: str) -> None:
    missing = [package for package in ("dagster_postgres", "psycopg2") if find_spec(package) is None]
    if missing:
        raise HomeError(
            f"{VARIABLE} is set, but the package {missing[0]} is missing. Install the extra `postgres` of this project "
            "into the same environment (docs/operate/scale.md), or unset the variable."
        )
    import psycopg2

    try:
        psycopg2.connect(address, connect_timeout=PATIENCE_SECONDS).close()
    except psycopg2.Error as error:
        # An error about an invalid address repeats the address, with its password.
        is_valid = isinstance(error, psycopg2.OperationalError)
        reason = str(error).partition("\n")[0].rstrip(".") if is_valid else "the address is invalid"
        raise HomeError(
            f"Could not connect to the PostgreSQL of {VARIABLE}: {reason}. Start the server or correct the variable "
            "(postgresql://user:password@host:port/database), and run this again. Without the variable, Dagster's "
            "storage is SQLite in the home."
        ) from None
