"""`python -m orchestration`: the job `monthly_load` from a shell, for people.

Belongs here: what Dagster's own commands do not give a person at a shell: settings checked before anything starts,
a line a step, one screen on failure, a summary at the end. Does not belong here: any step of the load.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from orchestration.settings import Settings, SettingsError, load_settings
from orchestration.warehouse.home import Home, HomeError

TELEMETRY_OFF = "telemetry:\n  enabled: false\n"
MONTH = "%Y-%m"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Tidemark: who holds America's debt, and what tightens when they stop.

    Settings are environment variables (TIDEMARK_HOME, TIDEMARK_SOURCE, TIDEMARK_AS_OF, ...); the README lists them.
    """


@cli.command()
@click.option(
    "--months",
    metavar="YYYY-MM[..YYYY-MM]",
    help="Load only what was learned in this load month, or in these. Default: everything that is due.",
)
def load(months: str | None) -> None:
    """Fetch, check, merge, build, test and publish."""
    first, last = _load_months(months)
    settings = _settings()
    home = Home(settings.home)
    try:
        _prepare(home)
    except HomeError as error:
        _leave(str(error))
    click.echo("Starting the job monthly_load ...", err=True)
    from orchestration.runner import run_monthly_load
    from orchestration.summary import summarize

    outcome = run_monthly_load(first, last)
    if outcome.reasons:
        _leave("\n".join([*outcome.reasons, "", _what_stands(home)]), code=1)
    summary = summarize(home.published, outcome.documents, outcome.rows, outcome.checks)
    (home.reports / "last_load.txt").write_text(summary + "\n", encoding="utf-8")
    click.echo(summary)


@cli.command()
def prepare() -> None:
    """Make the home and Dagster's storage in it; `make dev` does this first."""
    try:
        home = Home(_settings().home)
        _prepare(home)
    except HomeError as error:
        _leave(str(error))
    click.echo(home.dagster)


def _what_stands(home: Home) -> str:
    if home.published.exists():
        return f"Nothing was published. Readers still have the warehouse before: {home.published}"
    return "Nothing was published."


def _prepare(home: Home) -> None:
    home.prepare()
    configuration = home.dagster / "dagster.yaml"
    if not configuration.exists():
        configuration.write_text(TELEMETRY_OFF, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _leave(f"A setting cannot be used.\n{error}")


def _load_months(months: str | None) -> tuple[str | None, str | None]:
    if months is None:
        return None, None
    import datetime as dt

    first, _, last = months.partition("..")
    for month in (first, last or first):
        try:
            dt.datetime.strptime(month, MONTH).replace(tzinfo=dt.UTC)
        except ValueError:
            _leave(f"--months {months}: a load month is written YYYY-MM, and a span YYYY-MM..YYYY-MM.")
    return first, last or first


def _leave(message: str, code: int = 2) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    cli(prog_name=f"{Path(sys.executable).name} -m orchestration")
