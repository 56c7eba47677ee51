"""The command line: runs loads and shows their results.

Belongs here: options, messages and exit codes of each command. Does not belong here: what the commands do.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import click

from orchestration import __version__
from orchestration.cli_archive import archive
from orchestration.console import say, warn
from orchestration.environment import isolate_libraries
from orchestration.home import Home, HomeError
from orchestration.interrupts import on_interrupt
from orchestration.published import PublishedError, open_published
from orchestration.runs.dagster_home import configure
from orchestration.settings import FIRST_YEAR, LAST_YEAR, Settings, SettingsError, load_settings

SPAN = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2]))(?:\.\.([0-9]{4}-(?:0[1-9]|1[0-2])))?")
AMOUNT = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")


class _Commands(click.Group):
    """The commands; an unusable file, disk or dbt project gives a message, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the requested command."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            _leave(f"{error.filename}: {error.strerror}" if error.filename else str(error), code=1)
        except RuntimeError as error:
            from orchestration.warehouse.parsed_project import ProjectError

            if not isinstance(error, ProjectError):
                raise
            _leave(str(error), code=1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="Tidemark")
def cli() -> None:
    """Tidemark: who holds America's debt, and what tightens when they stop.

    Settings are environment variables, such as TIDEMARK_HOME and TIDEMARK_SOURCE. docs/operate/settings.md lists them.
    """


@cli.command()
@click.option(
    "--months",
    metavar="YYYY-MM[..YYYY-MM]",
    help="Load only the documents of one load month, or of several. Default: everything that is due.",
)
@click.option("--full", is_flag=True, help="Build all models. Default: those that new rows change.")
def load(months: str | None, full: bool) -> None:
    """Fetch, check, merge, build, test and publish.

    Exit code 0: the warehouse is up to date. 1: the load failed, and readers keep the previous warehouse. 2: an option
    or a setting is invalid. 130, 143: a signal ended the load.
    """
    first, last = _load_months(months)
    settings = _settings()
    _check(settings)
    home = Home(settings.home)
    before = home.published.resolve()
    with on_interrupt(lambda: home.what_readers_have(published=home.published.resolve() != before)):
        _load(settings, home, first, last, full=full)


def _load(settings: Settings, home: Home, first: str | None, last: str | None, *, full: bool) -> NoReturn:
    try:
        _prepare(home, settings)
    except HomeError as error:
        _alert(settings, home, str(error))
        _leave(str(error))
    warn("Starting the job monthly_load ...")
    # The modules of Dagster and the checks stay in memory until the end: garbage collection of them took 10% of a load.
    gc.set_threshold(100_000, 50, 100)
    from orchestration.definitions import defs
    from orchestration.runs.outcome import failure_screen
    from orchestration.runs.runner import run_monthly_load
    from orchestration.runs.summary import summarize_load

    outcome = run_monthly_load(defs().resolve_job_def("monthly_load"), first, last, full=full)
    if outcome.reasons:
        screen = failure_screen(home, outcome.reasons, outcome.is_published, has_begun=outcome.has_begun)
        if not outcome.has_run:
            _alert(settings, home, screen)
        _leave(screen, code=1)
    summary = summarize_load(home, outcome)
    last_load = home.reports / "last_load.txt"
    try:
        last_load.write_text(summary + "\n", encoding="utf-8")
    except OSError as error:
        say(summary)
        _leave(f"The load succeeded, but {last_load} could not be written: {error.strerror}.", code=1)
    if not say(summary):
        warn(f"The load succeeded. Its summary is in {last_load}.")
    # Python would spend two seconds freeing a million objects one by one.
    os._exit(0)


@cli.command()
def prepare() -> None:
    """Create the home and Dagster's storage in it. Prints DAGSTER_HOME."""
    settings = _settings()
    home = Home(settings.home)
    try:
        _prepare(home, settings)
    except HomeError as error:
        _leave(str(error))
    from orchestration.runs.run_history import open_instance

    # Dagster's own commands do not wait for each other when they create its files.
    open_instance(home.dagster).dispose()
    say(str(home.dagster))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
@click.option("--read-only", is_flag=True, help="Allow no changes: no loads, no switches, no deletions.")
@click.option("--daemon", is_flag=True, help="Also run the daemon, which runs the schedules and the release sensor.")
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="A host name that browsers use for this server, such as that of a proxy; with the port, if they show one. "
    "May be repeated.",
)
def ui(host: str, port: int, read_only: bool, daemon: bool, allowed: tuple[str, ...]) -> None:
    """Serve Dagster's UI.

    The UI has no passwords. It accepts requests only from its own pages: a web page of another origin cannot change
    anything.
    """
    from orchestration.runs.ui import UiError, serve

    settings = _settings()
    home = Home(settings.home)
    try:
        _prepare(home, settings)
        sys.exit(serve(host, port, allowed, warn, read_only=read_only, daemon=daemon))
    except (HomeError, UiError) as error:
        _leave(str(error), code=1)


@cli.command()
@click.option(
    "--what",
    type=click.Choice(["public", "all", "raw"]),
    default="public",
    help="public (default): what may be redistributed. raw: the tables that the models are built from, for Spark.",
)
@click.option("--format", "formats", type=click.Choice(["parquet", "csv", "both"]), default="parquet")
def export(what: str, formats: str) -> None:
    """Export the marts as Parquet or CSV files.

    The files are a Frictionless Data Package and go into `exports` in the home. With --what raw: the tables of raw and
    quarantine as Parquet, into TIDEMARK_RAW_EXPORT (default: `raw` in the home).
    """
    from orchestration.marts.catalog import catalog
    from orchestration.marts.export.files import ExportError
    from orchestration.marts.export.files import export as write_files
    from orchestration.marts.export.raw import export_raw

    settings = _settings()
    home = _published_home(settings)
    try:
        with home.exclusive(settings.wait_seconds, warn):
            if what == "raw":
                folder = settings.raw_export or home.root / "raw"
                say(f"{folder}: {export_raw(home, folder)} tables")
                return
            exported = write_files(home, catalog(), only_public=what == "public", formats=formats)
    except (HomeError, ExportError) as error:
        _leave(str(error), code=1)
    for mart, reason in exported.left_out.items():
        warn(f"{mart}: {reason}")
    say(f"{home.exports}: {exported.files} files, {exported.size / 2**20:.1f} MB")


@cli.command()
@click.option("--to", "url", metavar="URL", required=True, help="s3://bucket/prefix, gs://, az:// or file:///folder.")
@click.option(
    "--edition",
    type=click.Choice(["public", "all"]),
    default="public",
    show_default=True,
    help="public: only what licenses allow, without raw tables. all: everything, for a private bucket.",
)
@click.option("--keep", type=click.IntRange(min=1), default=3, show_default=True, help="Snapshots to keep there.")
def publish(url: str, edition: str, keep: int) -> None:
    """Upload the snapshot to object storage or a folder.

    Writes snapshots/<id>/tidemark.duckdb, Parquet files and the site, then copies below latest/, and last the pointer
    latest.json. An interrupted upload leaves the pointer unchanged; run the command again to continue. Readers run
    tidemark.connect("https://<host>/<folder>") in Python. S3 needs `pip install s3fs`.
    """
    from orchestration.brief.public import write_public_site
    from orchestration.brief.site import BriefError, write_site
    from orchestration.marts.catalog import catalog
    from orchestration.marts.export.edition import write_edition
    from orchestration.marts.export.files import ExportError
    from orchestration.runs.conditions import fired
    from orchestration.warehouse.upload import Store, UploadError, files_below, upload

    settings = _settings()
    home = _published_home(settings)
    try:
        Store(url)  # an address that cannot work costs no time
        with home.exclusive(settings.wait_seconds, warn):
            files, left_out = write_edition(home, catalog(), edition)
            page = (
                write_public_site(home, settings.site_url, fired(home))
                if edition == "public"
                else write_site(home.published, home.reports, settings.site_url, alerts=fired(home))
            )
            files += files_below(page.parent, "site")
            snapshot = home.published.resolve().parent.name
            done = upload(url, snapshot, files, {"edition": edition}, keep, warn)
    except (HomeError, ExportError, BriefError, UploadError) as error:
        _leave(str(error), code=1)
    for mart, reason in left_out.items():
        warn(f"{mart}: {reason}")
    removed = f", removed {', '.join(done.pruned)}" if done.pruned else ""
    say(f"{url}: snapshot {snapshot}, {done.files} files, {done.size / 2**20:.1f} MB, {done.sent} sent{removed}")


@cli.command()
@click.option(
    "--edition",
    type=click.Choice(["all", "public"]),
    default="all",
    show_default=True,
    help="public: only what licenses allow, into reports/site_public.",
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    help="Write the chart of the newest months to this SVG or PNG file instead.",
)
def brief(edition: str, picture: Path | None) -> None:
    """Write the site again, reports/site/index.html."""
    from orchestration.brief.public import write_public_site
    from orchestration.brief.site import BriefError, write_picture, write_site
    from orchestration.marts.export.files import ExportError
    from orchestration.runs.conditions import fired

    settings = _settings()
    home = _published_home(settings)
    try:
        if picture is not None:
            write_picture(home.published, picture)
            say(str(picture))
            return
        with home.exclusive(settings.wait_seconds, warn):
            address, alerts = settings.site_url, fired(home)
            if edition == "public":
                say(str(write_public_site(home, address, alerts)))
            else:
                say(str(write_site(home.published, home.reports, address, alerts=alerts)))
    except (HomeError, BriefError, ExportError) as error:
        _leave(str(error), code=1)


@cli.command()
@click.option("--dictionary", type=click.Path(path_type=Path), help="Write the data dictionary to this file.")
@click.option("--models", is_flag=True, help="Write dbt's documentation as one page into the reports of the home.")
@click.option("--sources", type=click.Path(path_type=Path), help="Update the lists in this page of data sources.")
@click.pass_context
def docs(context: click.Context, dictionary: Path | None, sources: Path | None, models: bool) -> None:
    """Write the dictionary, data sources or dbt's pages.

    The data dictionary, the lists of data sources, and dbt's documentation with lineage.
    """
    if dictionary is None and sources is None and not models:
        say(context.get_help())
    if dictionary is not None:
        from orchestration.marts.catalog import catalog
        from orchestration.marts.dictionary import page

        dictionary.write_text(page(catalog()), encoding="utf-8")
        say(str(dictionary))
    if sources is not None:
        from orchestration.marts.source_page import with_lists

        try:
            text = with_lists(sources.read_text(encoding="utf-8"))
        except ValueError as error:
            _leave(f"{sources}: {error}")
        sources.write_text(text, encoding="utf-8")
        say(str(sources))
    if models:
        from orchestration.warehouse.dbt import TransformError, describe

        home = _published_home(_settings())
        written = home.reports / "models.html"
        try:
            describe(home, written)
        except TransformError as error:
            _leave(str(error), code=1)
        say(str(written))


cli.add_command(archive)


@cli.command()
@click.option("--json", "is_json", is_flag=True, help="For programs: a JSON object.")
def status(is_json: bool) -> None:
    """Show what is published, late, quarantined and running.

    Also the last run and the disk space used. Creates nothing.
    """
    from orchestration.runs.status import as_json, as_text, status_of

    now = dt.datetime.now(dt.UTC)
    found = status_of(Home(_settings().home), now)
    say(as_json(found) if is_json else as_text(found, now))


@cli.command("as-of")
@click.argument("day", metavar="YYYY-MM-DD")
def as_of(day: str) -> None:
    """Build all marts as known on a day, into a file.

    The marts have what could have been known at the end of the day. Prints the path of the file:
    `as_of/<day>/tidemark.duckdb` in the home. It is made from the documents of the published snapshot, which stays as
    it is.
    """
    from orchestration.runs.as_of import AsOfError, build_as_of

    home = _published_home(_settings())
    try:
        when = dt.date.fromisoformat(day)
    except ValueError:
        _leave(f"{day}: must be a date, YYYY-MM-DD.")
    if not FIRST_YEAR <= when.year <= LAST_YEAR or when > dt.datetime.now(dt.UTC).date():
        _leave(f"{day}: must be a day from {FIRST_YEAR} to today.")
    isolate_libraries()
    try:
        say(str(build_as_of(home, when)))
    except (AsOfError, HomeError) as error:
        _leave(str(error), code=1)


@cli.command()
def alerts() -> None:
    """Evaluate the alerts, and send and record nothing.

    Prints each alert with the rows for which it holds now. Alerts are in the project's alerts.yml and in that of
    TIDEMARK_EXTRA; docs/operate/automation.md describes them.
    """
    from orchestration.runs.conditions import ConditionError, meets, read_conditions, shown

    settings = _settings()
    home = _published_home(settings)
    try:
        conditions = read_conditions(settings.extra)
        with open_published(home.published, settings.memory_limit) as connection:
            for condition in conditions:
                say(shown(condition, meets(connection, condition)))
    except (ConditionError, PublishedError) as error:
        _leave(str(error), code=1)


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
    """Check a table's rules, and print the findings.

    Checks the documents of the archive, or of a folder.

    \b
        check tic_holdings                                      all rules about TIC's tables
        check tic_holdings --rule table_1_equals_table_3        one rule
        check fred_observations --source ../new_files           on files that are not in the archive

    The documents are replayed in the order in which they became known, as in a first load. Nothing is published and
    nothing in the home changes. expectations/README.md describes the format of rules. Exit code 1 if a critical rule is
    broken, 0 if none is.
    """  # noqa: D301 - \b is click's syntax
    from orchestration.archive import ArchiveError
    from orchestration.loading.rules.replay import replay, rule_names
    from orchestration.loading.rules.rule_files import CRITICAL, WARNING, SuiteError, near_names
    from orchestration.sample import SAMPLE_FOLDER
    from orchestration.sources.base import SourceError
    from orchestration.tables.raw_tables import RAW_TABLES

    if table not in RAW_TABLES:
        _leave(f"{table}: no such table.{near_names(table, RAW_TABLES)} Choose one of: {', '.join(RAW_TABLES)}.")
    settings = _settings()
    try:
        if rule is not None and rule not in (names := rule_names(table)):
            _leave(
                f"{rule}: {table} has no such rule.{near_names(rule, names)} Its rules are the files of "
                f"expectations/{table}/rules."
            )
        found = replay(RAW_TABLES[table], Home(settings.home).archive, folder, rule, settings.memory_limit)
    except (ArchiveError, SourceError, SuiteError) as error:
        _leave(str(error), code=1)
    broken = [line for line in found.lines if line.consequence]
    if not found.documents and not broken:
        if folder:
            _leave(f"{table}: the manifest of {folder} lists no file of this table.")
        _leave(f"{table}: no documents in {Home(settings.home).archive}. Run a load, or give --source {SAMPLE_FOLDER}.")
    for line in broken:
        severity = CRITICAL if line.severity == "error" else WARNING
        click.echo(f"{line.check} ({severity}{', accepted' if line.passed else ''})")
        click.echo("".join(f"  {text}\n" for text in line.text.splitlines()))
    grave = [line for line in broken if line.severity == "error" and not line.passed]
    click.echo(
        f"{table}: checked. Documents: {found.documents}. New rows: {found.rows:,}. Rules: {len(found.lines)}. "
        f"Broken: {len(broken)} ({len(grave)} critical)."
    )
    sys.exit(1 if grave else 0)


@cli.command()
@click.argument("query")
@click.option("--csv", "is_csv", is_flag=True, help="All rows as CSV, instead of a table of the first rows.")
def sql(query: str, is_csv: bool) -> None:
    """Run a query on the published warehouse, read-only.

    \b
        tidemark sql "select country, holdings_usd_bn from marts.holdings_trend limit 5"
    """  # noqa: D301 - \b is click's syntax
    import duckdb

    settings = _settings()
    home = _published_home(settings)
    try:
        with open_published(home.published, settings.memory_limit) as connection:
            result = connection.sql(query)
            if result is None:
                _leave("The query is not a select, so it returns no rows.", code=1)
            if is_csv:
                with tempfile.TemporaryDirectory() as folder:
                    result.to_csv(f"{folder}/result.csv")
                    say(Path(folder, "result.csv").read_text(encoding="utf-8").rstrip("\n"))
            else:
                say(str(result))
    except (duckdb.Error, PublishedError) as error:
        _leave(str(error), code=1)


@cli.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--mart", metavar="NAME", help="Only this mart.")
@click.option("--rows", type=click.IntRange(min=1), default=5, show_default=True, help="Changes to show per mart.")
@click.option("--json", "is_json", is_flag=True, help="For programs: a JSON object.")
def diff(first: str, second: str, mart: str | None, rows: int, is_json: bool) -> None:
    """Compare two days of the warehouse, or two warehouses.

    \b
        diff 2026-01-20 2026-04-01       what was known at the end of each day
        diff warehouse other/warehouse   two homes, or two files

    For two days, this compares fct_holdings and fct_observations of the published warehouse, through the table
    functions holdings_as_of and observations_as_of. To compare all marts of two days, load two homes with
    TIDEMARK_AS_OF. For two warehouses, it compares all marts exactly, row by row on their keys. Write ./2026-01-20 for
    a folder whose name is a day. The exit code is 0 whether they differ or not.
    """  # noqa: D301 - \b is click's syntax
    from orchestration.marts.comparison.report import as_json, as_text
    from orchestration.marts.comparison.run import compare_sides
    from orchestration.marts.comparison.sides import ComparisonError, sides_of

    home = Home(_settings().home)
    try:
        sides = sides_of(first, second, home.published, dt.datetime.now(dt.UTC).date())
        comparison = compare_sides(sides, mart, rows)
    except ComparisonError as error:
        _leave(str(error))
    say((as_json if is_json else as_text)(comparison))


@cli.command()
@click.option("--sell", "sold", multiple=True, metavar="HOLDER=BN", help="Billions of dollars sold. May be repeated.")
@click.option(
    "--buy", "bought", multiple=True, metavar="HOLDER=BN", help="Billions of dollars bought. May be repeated."
)
@click.option("--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="As known on a day.")
def whatif(sold: tuple[str, ...], bought: tuple[str, ...], day: dt.datetime | None) -> None:
    """Show what sales in a month would do to yields.

    The sales are of Treasuries; the effects are those of published estimates.

    \b
        tidemark whatif --sell China=100
        tidemark whatif --sell China=100 --sell Japan=50 --buy "United Kingdom=30"

    Prints a band in basis points, scaled to today's debt, the size of past months, and how the stress stages stood in
    months with such moves. It is arithmetic on literature, not a forecast.
    """  # noqa: D301 - \b is click's syntax
    import tidemark

    home = _published_home(_settings())
    try:
        with tidemark.connect(home.published) as warehouse:
            as_of = day.date() if day else None
            say(str(warehouse.whatif(_amounts("--sell", sold), _amounts("--buy", bought), as_of)))
    except tidemark.TidemarkError as error:
        _leave(str(error), code=2 if isinstance(error, tidemark.ScenarioError | tidemark.UnknownNameError) else 1)


def _amounts(option: str, texts: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        holder, _, amount = (part.strip() for part in text.rpartition("="))
        if not holder or not AMOUNT.fullmatch(amount) or float(amount) == 0:
            _leave(f"{option} {text}: must be a holder and billions of dollars above zero, such as China=100.")
        if holder in found:
            _leave(f"{option} {text}: {holder} is in the scenario twice. Give one net amount.")
        found[holder] = float(amount)
    return found


def _alert(settings: Settings, home: Home, screen: str) -> None:
    """Send the alert of a load that failed before Dagster had a run."""
    from orchestration.runs.alerts import report_failure

    report_failure(settings, home, "", screen, lambda message: warn(f"warning: {message}"))


def _prepare(home: Home, settings: Settings) -> None:
    home.prepare()
    configuration = configure(home.dagster, settings.dagster_postgres)
    isolate_libraries(kept=configuration)
    os.environ["DAGSTER_HOME"] = str(home.dagster)


def _published_home(settings: Settings) -> Home:
    """The home of the settings; commands that only read a warehouse do not create one."""
    home = Home(settings.home)
    if not home.published.exists():
        _leave(f"Nothing is published in TIDEMARK_HOME={home.root} yet. Run a load first.", code=1)
    return home


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _leave(str(error))


def _check(settings: Settings) -> None:
    """Stop before the load begins if a line of a list, or the name of an address, is invalid."""
    from orchestration.runs.conditions import ConditionError, read_conditions
    from orchestration.sources.registry import check_base_urls
    from orchestration.tables.seeds import ListError, check_lists

    try:
        check_base_urls(settings)
        check_lists()
        read_conditions(settings.extra)
    except (ListError, ConditionError) as error:
        _leave(f"Invalid list. Nothing was loaded.\n{error}")
    except SettingsError as error:
        _leave(str(error))


def _load_months(months: str | None) -> tuple[str | None, str | None]:
    if months is None:
        return None, None
    found = SPAN.fullmatch(months)
    if found is None:
        _leave(f"--months {months!r}: must be YYYY-MM, or YYYY-MM..YYYY-MM.")
    first, last = found[1], found[2] or found[1]
    if last < first:
        _leave(f"--months {months}: the last month is before the first.")
    from orchestration.defs.partitions import load_months

    known = load_months.get_partition_keys()
    if first < known[0][:7] or last > known[-1][:7]:
        _leave(f"--months {months}: load months are {known[0][:7]} to {known[-1][:7]}.")
    return first, last


def _leave(message: str, code: int = 2) -> NoReturn:
    warn(message)
    sys.exit(code)
