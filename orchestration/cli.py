"""The command line: the job `monthly_load` and everything about its results, for people at a shell.

Belongs here: what Dagster's own commands do not give a person at a shell: settings checked before anything starts,
a line a step, one screen on failure, a summary at the end. Does not belong here: any step of the load.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import click

from orchestration import __version__
from orchestration.home import Home, HomeError
from orchestration.runs.dagster_home import configure
from orchestration.settings import Settings, SettingsError, load_settings

SPAN = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2]))(?:\.\.([0-9]{4}-(?:0[1-9]|1[0-2])))?")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="Tidemark")
def cli() -> None:
    """Tidemark: who holds America's debt, and what tightens when they stop.

    Settings are environment variables, such as TIDEMARK_HOME and TIDEMARK_SOURCE. docs/operate/settings.md lists them.
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
        _prepare(home, settings)
    except HomeError as error:
        _tell(settings, home, str(error))
        _leave(str(error))
    click.echo("Starting the job monthly_load ...", err=True)
    # What Dagster and the checks import stays to the end: looking through it for garbage took a tenth of a load.
    gc.set_threshold(100_000, 50, 100)
    from orchestration.definitions import defs
    from orchestration.runs.outcome import failure_screen
    from orchestration.runs.runner import run_monthly_load
    from orchestration.runs.summary import summarize

    outcome = run_monthly_load(defs().resolve_job_def("monthly_load"), first, last)
    if outcome.reasons:
        screen = failure_screen(home, outcome.reasons, outcome.is_published)
        if not outcome.has_run:
            _tell(settings, home, screen)
        _leave(screen, code=1)
    summary = summarize(
        home.published, outcome.documents, outcome.rows, outcome.checks, outcome.notices, is_new=outcome.is_published
    )
    click.echo(summary)
    try:
        (home.reports / "last_load.txt").write_text(summary + "\n", encoding="utf-8")
    except OSError as error:
        _leave(f"Published; but {home.reports / 'last_load.txt'} could not be written: {error.strerror}.", code=1)


@cli.command()
def prepare() -> None:
    """Make the home and Dagster's storage in it; `make dev` does this first."""
    settings = _settings()
    home = Home(settings.home)
    try:
        _prepare(home, settings)
    except HomeError as error:
        _leave(str(error))
    from orchestration.runs.run_history import open_instance

    # Its files are there when Dagster's own commands come, which do not wait for each other to make them.
    open_instance(home.dagster).dispose()
    click.echo(home.dagster)


@cli.command()
@click.option(
    "--what",
    type=click.Choice(["public", "all", "raw"]),
    default="public",
    help="Default: what may be passed on. `raw`: the tables that the models are built from, for Spark.",
)
@click.option("--format", "formats", type=click.Choice(["parquet", "csv", "both"]), default="parquet")
def export(what: str, formats: str) -> None:
    """Write the marts of the published warehouse as files, with a Frictionless Data Package, into `exports`.

    With --what raw: the tables of raw and quarantine as Parquet, into TIDEMARK_RAW_EXPORT (default: `raw` in the home).
    """
    from orchestration.marts.catalog import catalog
    from orchestration.marts.export.files import ExportError
    from orchestration.marts.export.files import export as write_files
    from orchestration.marts.export.raw import export_raw

    settings = _settings()
    home = Home(settings.home)
    try:
        with home.exclusive(settings.wait_seconds, lambda message: click.echo(message, err=True)):
            if what == "raw":
                folder = settings.raw_export or home.root / "raw"
                click.echo(f"{folder}: {export_raw(home, folder)} tables")
                return
            exported = write_files(home, catalog(), only_public=what == "public", formats=formats)
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
    from orchestration.loading.rules import report

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
        from orchestration.marts.catalog import catalog
        from orchestration.marts.dictionary import page

        dictionary.write_text(page(catalog()), encoding="utf-8")
        click.echo(dictionary)
    if models:
        from orchestration.warehouse.dbt import TransformError, describe

        written = Home(_settings().home).reports / "models.html"
        try:
            describe(Home(_settings().home), written)
        except TransformError as error:
            _leave(str(error), code=1)
        click.echo(written)


@cli.group()
def archive() -> None:
    """Look into the archive: what lies there, and whether it is whole. Nothing is changed."""


@archive.command("ls")
@click.option("--source", metavar="NAME", help="Only documents of this publisher (tic, fred, ...).")
@click.option("--since", metavar="YYYY-MM-DD", help="Only documents retrieved on this day or later.")
@click.option("--json", "is_json", is_flag=True, help="For programs: a JSON array.")
def archive_ls(source: str | None, since: str | None, is_json: bool) -> None:
    """List the documents, the newest first.

    `retrieved` is when the bytes were the publisher's answer; `released` and `status` are what the ledger of the
    published warehouse says of the document, `-` where it does not know it.
    """
    from orchestration.archive import ArchiveError
    from orchestration.archive.gather import source_names
    from orchestration.archive.listing import as_json, lines_of, read_ledger, table
    from orchestration.archive.store import read_sidecars

    if source is not None and source not in source_names():
        _leave(f"--source {source}: no such source. There are: {', '.join(source_names())}.")
    first_day = _day("--since", since) if since else None
    home = Home(_settings().home)
    try:
        documents = read_sidecars(home.archive)
    except ArchiveError as error:
        _leave(str(error), code=1)
    lines = lines_of(documents, read_ledger(home.published), source, first_day)
    if is_json:
        click.echo(as_json(lines))
    elif lines:
        click.echo(table(lines))
    else:
        click.echo(f"No such document in {home.archive}.", err=True)


@archive.command("verify")
def archive_verify() -> None:
    """Read every document, and see that its bytes still hash to its name.

    A load looks only at the documents that it needs. Exit code 1 if anything is missing or damaged.
    """
    from orchestration.archive import ArchiveError
    from orchestration.archive.listing import damaged
    from orchestration.archive.store import read_sidecars

    home = Home(_settings().home)
    try:
        documents = read_sidecars(home.archive)
    except ArchiveError as error:
        _leave(str(error), code=1)
    troubles = list(damaged(home.archive, documents))
    if troubles:
        _leave("\n".join([*troubles, f"{len(troubles)} of {len(documents)} documents are not whole."]), code=1)
    click.echo(f"{home.archive}: {len(documents):,} documents, {sum(d.size for d in documents):,} bytes, all whole.")


@cli.command()
@click.argument("table")
@click.option("--rule", metavar="NAME", help="Only this rule.")
@click.option(
    "--source",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Check the files of this folder, which has a manifest.csv, instead of the archive.",
)
def check(table: str, rule: str | None, folder: Path | None) -> None:
    """Check a table's rules on the documents of the archive, and print what broke.

    \b
        check tic_holdings                                      all rules about TIC's tables
        check tic_holdings --rule table_1_equals_table_3        one rule
        check fred_observations --source ../new_files           on files that are not in the archive

    The documents are replayed in the order in which they became known, as in a first load. Nothing is published and
    nothing in the home changes. expectations/README.md says how a rule is written. Exit code 1 if a critical rule is
    broken, 0 if none is.
    """  # noqa: D301 - \b is click's own sign
    from orchestration.archive import ArchiveError
    from orchestration.loading.rules.replay import replay, rule_names
    from orchestration.loading.rules.rule_files import SuiteError, near_names
    from orchestration.sources.base import SourceError
    from orchestration.tables.raw_tables import RAW_TABLES

    if table not in RAW_TABLES:
        _leave(f"{table}: no such table.{near_names(table, RAW_TABLES)} There are: {', '.join(RAW_TABLES)}.")
    settings = _settings()
    try:
        if rule is not None and rule not in (names := rule_names(table)):
            _leave(f"{rule}: {table} has no such rule.{near_names(rule, names)}")
        found = replay(RAW_TABLES[table], Home(settings.home).archive, folder, rule, settings.memory_limit)
    except (ArchiveError, SourceError, SuiteError) as error:
        _leave(str(error), code=1)
    broken = [line for line in found.lines if line.consequence]
    if not found.documents and not broken:
        _leave(f"There is no document of {table} in {folder or Home(settings.home).archive}.")
    for line in broken:
        click.echo(f"{line.check} ({line.severity}{', accepted' if line.passed else ''})")
        click.echo("".join(f"  {text}\n" for text in line.text.splitlines()))
    grave = [line for line in broken if line.severity == "error" and not line.passed]
    click.echo(
        f"{table}: {found.documents} documents, {found.rows:,} new rows, {len(found.lines)} rules: "
        f"{len(broken)} broken, {len(grave)} of them critical."
    )
    sys.exit(1 if grave else 0)


@cli.command()
@click.argument("query")
@click.option("--csv", "is_csv", is_flag=True, help="All rows as CSV, instead of a table of the first rows.")
def sql(query: str, is_csv: bool) -> None:
    """Run a SQL query on the published warehouse, read-only.

    \b
        tidemark sql "select country, holdings_usd_bn from marts.holdings_trend limit 5"
    """  # noqa: D301 - \b is click's own sign
    import duckdb

    home = Home(_settings().home)
    if not home.published.exists():
        _leave(f"Nothing is published in {home.root} yet. Run `load` first, or set TIDEMARK_HOME.", code=1)
    try:
        with duckdb.connect(str(home.published), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            result = connection.sql(query)
            if result is None:
                _leave("The query returns no rows: it is not a select.", code=1)
            if is_csv:
                with tempfile.TemporaryDirectory() as folder:
                    result.to_csv(f"{folder}/result.csv")
                    click.echo(Path(folder, "result.csv").read_bytes(), nl=False)
            else:
                click.echo(str(result))
    except duckdb.Error as error:
        _leave(str(error), code=1)


@cli.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--mart", metavar="NAME", help="Only this mart.")
@click.option("--rows", type=click.IntRange(min=1), default=5, show_default=True, help="Changes shown of each mart.")
@click.option("--json", "is_json", is_flag=True, help="For programs: a JSON object.")
def diff(first: str, second: str, mart: str | None, rows: int, is_json: bool) -> None:
    """Show what differs between A and B: two days of the warehouse, or two warehouses.

    \b
        diff 2026-01-20 2026-04-01       what was known at the end of each day
        diff warehouse other/warehouse   two homes, or two files

    Two days compare fct_holdings and fct_observations of the published warehouse, through the table functions
    holdings_as_of and observations_as_of; there are no others. To compare all marts of two days, load them into two
    homes with TIDEMARK_AS_OF. Two warehouses compare all marts, row by row on their keys, to the last bit. A folder
    whose name is a day is written ./2026-01-20. The exit code is 0 whether they differ or not.
    """  # noqa: D301 - \b is click's own sign
    from orchestration.marts.comparison.report import as_json, as_text
    from orchestration.marts.comparison.run import compare_sides
    from orchestration.marts.comparison.sides import ComparisonError, sides_of

    home = Home(_settings().home)
    try:
        sides = sides_of(first, second, home.published, dt.datetime.now(dt.UTC).date())
        comparison = compare_sides(sides, mart, rows)
    except ComparisonError as error:
        _leave(str(error))
    click.echo((as_json if is_json else as_text)(comparison))


def _tell(settings: Settings, home: Home, screen: str) -> None:
    """Send the alert of a load that no run of Dagster can tell of."""
    from orchestration.runs.alerts import tell_of_failure

    tell_of_failure(settings, home, "", screen, lambda message: click.echo(f"warning: {message}", err=True))


def _prepare(home: Home, settings: Settings) -> None:
    home.prepare()
    configure(home.dagster, settings.dagster_postgres)
    os.environ["DAGSTER_HOME"] = str(home.dagster)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _leave(f"A setting cannot be used.\n{error}")


def _day(option: str, text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        _leave(f"{option} {text}: it takes a day, YYYY-MM-DD.")
    return day


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
