"""`python -m orchestration`: the job `monthly_load` from a shell, for people.

Belongs here: what Dagster's own commands do not give a person at a shell: settings checked before anything starts,
a line a step, one screen on failure, a summary at the end. Does not belong here: any step of the load.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import NoReturn

import click

from orchestration.settings import Settings, SettingsError, load_settings
from orchestration.warehouse.home import Home, HomeError

TELEMETRY_OFF = "telemetry:\n  enabled: false\n"
SPAN = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2]))(?:\.\.([0-9]{4}-(?:0[1-9]|1[0-2])))?")


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
        report = f"All checks of this load: {home.reports / 'checks.html'}"
        trouble = home.disk_trouble("\n".join(outcome.reasons))
        told = [*outcome.reasons, *([trouble] if trouble else []), "", _what_stands(home, outcome.is_published), report]
        _leave("\n".join(told), code=1)
    summary = summarize(home.published, outcome.documents, outcome.rows, outcome.checks, outcome.notices)
    click.echo(summary)
    try:
        (home.reports / "last_load.txt").write_text(summary + "\n", encoding="utf-8")
    except OSError as error:
        _leave(f"Published; but {home.reports / 'last_load.txt'} could not be written: {error.strerror}.", code=1)


@cli.command()
def prepare() -> None:
    """Make the home and Dagster's storage in it; `make dev` does this first."""
    try:
        home = Home(_settings().home)
        _prepare(home)
    except HomeError as error:
        _leave(str(error))
    click.echo(home.dagster)


@cli.command()
@click.option("--what", type=click.Choice(["public", "all"]), default="public", help="Default: what may be passed on.")
@click.option("--format", "formats", type=click.Choice(["parquet", "csv", "both"]), default="parquet")
def export(what: str, formats: str) -> None:
    """Write the marts of the published warehouse as files, with a Frictionless Data Package, into `exports`."""
    from orchestration.export.files import ExportError
    from orchestration.export.files import export as write_files
    from orchestration.warehouse.marts import Manifest
    from orchestration.warehouse.transform import manifest

    settings = _settings()
    home = Home(settings.home)
    try:
        with home.exclusive(settings.wait_seconds, lambda message: click.echo(message, err=True)):
            marts = Manifest.load(manifest())
            exported = write_files(home, marts, only_public=what == "public", formats=formats)
    except (HomeError, ExportError) as error:
        _leave(str(error), code=1)
    for mart, reason in exported.left_out.items():
        click.echo(f"{mart}: {reason}", err=True)
    click.echo(f"{home.exports}: {exported.files} files, {exported.size / 2**20:.1f} MB")


@cli.command()
@click.option(
    "--picture", type=click.Path(path_type=Path), help="Write the chart of the newest months to this SVG file instead."
)
def brief(picture: Path | None) -> None:
    """Write the page of the published warehouse, `reports/brief.html`, anew."""
    from orchestration.brief.page import BriefError, write, write_picture
    from orchestration.quality import report

    settings = _settings()
    home = Home(settings.home)
    try:
        if picture is not None:
            write_picture(home.published, picture)
            click.echo(picture)
            return
        with home.exclusive(settings.wait_seconds, lambda message: click.echo(message, err=True)):
            click.echo(write(home.published, home.reports, report.counts(home.reports)))
    except (HomeError, BriefError) as error:
        _leave(str(error), code=1)


@cli.command()
@click.option("--dictionary", type=click.Path(path_type=Path), help="Write the data dictionary to this file.")
@click.option("--models", is_flag=True, help="Write dbt's documentation, as one page, into the reports of the home.")
def docs(dictionary: Path | None, models: bool) -> None:
    """Write what is known of the marts: the data dictionary, and dbt's documentation with lineage and SQL."""
    if dictionary is not None:
        from orchestration.dictionary import page
        from orchestration.warehouse.marts import Manifest
        from orchestration.warehouse.transform import manifest

        dictionary.write_text(page(Manifest.load(manifest())), encoding="utf-8")
        click.echo(dictionary)
    if models:
        from orchestration.warehouse.transform import TransformError, describe

        written = Home(_settings().home).reports / "models.html"
        try:
            describe(Home(_settings().home), written)
        except TransformError as error:
            _leave(str(error), code=1)
        click.echo(written)


def _what_stands(home: Home, is_published: bool) -> str:
    if is_published:
        return f"The new warehouse is published: {home.published}"
    if home.published.exists():
        return f"Nothing was published. Readers still have the warehouse before: {home.published}"
    return "Nothing was published."


def _prepare(home: Home) -> None:
    home.prepare()
    configuration = home.dagster / "dagster.yaml"
    try:
        # Looked into, since a process killed here may have left it empty.
        if not configuration.exists() or not configuration.stat().st_size:
            configuration.write_text(TELEMETRY_OFF, encoding="utf-8")
    except OSError as error:
        raise HomeError(f"{configuration} cannot be written: {error.strerror}.") from None
    os.environ["DAGSTER_HOME"] = str(home.dagster)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _leave(f"A setting cannot be used.\n{error}")


def _load_months(months: str | None) -> tuple[str | None, str | None]:
    if months is None:
        return None, None
    found = SPAN.fullmatch(months)
    if found is None:
        _leave(f"--months {months!r}: a load month is written YYYY-MM, and a span YYYY-MM..YYYY-MM.")
    first, last = found[1], found[2] or found[1]
    if last < first:
        _leave(f"--months {months}: the span ends before it begins.")
    from orchestration.defs.partitions import load_months

    known = load_months.get_partition_keys()
    if first < known[0][:7] or last > known[-1][:7]:
        _leave(f"--months {months}: load months go from {known[0][:7]} to {known[-1][:7]}.")
    return first, last


def _leave(message: str, code: int = 2) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    cli(prog_name=f"{Path(sys.executable).name} -m orchestration")
