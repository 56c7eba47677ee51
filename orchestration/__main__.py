"""`python -m orchestration`: the job `monthly_load` from a shell, for people.

Belongs here: what Dagster's own commands do not give a person at a shell: settings checked before anything starts,
a line a step, one screen on failure, a summary at the end. Does not belong here: any step of the load.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
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
    outcome = _run(first, last)
    if outcome.reasons:
        _leave("\n".join([*outcome.reasons, "", _what_stands(home)]), code=1)
    from orchestration.summary import summarize

    click.echo(summarize(home.published, outcome.checks))


@cli.command()
def prepare() -> None:
    """Make the home and Dagster's storage in it; `make dev` does this first."""
    try:
        home = Home(_settings().home)
        _prepare(home)
    except HomeError as error:
        _leave(str(error))
    click.echo(home.dagster)


class _Outcome:
    """How a run ended: reasons if it failed, else how many checks passed, by kind."""

    def __init__(self, reasons: list[str], checks: dict[str, int]) -> None:
        self.reasons = reasons
        self.checks = checks


def _run(first: str | None, last: str | None) -> _Outcome:
    import dagster as dg

    from orchestration.definitions import defs

    click.echo("Starting the job monthly_load ...", err=True)
    job = defs().resolve_job_def("monthly_load")
    tags = (
        {"dagster/asset_partition_range_start": f"{first}-01", "dagster/asset_partition_range_end": f"{last}-01"}
        if first
        else {}
    )
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance,
            run_config={"loggers": {"progress": {}}},
            tags=tags,
            raise_on_error=False,
        )
    evaluations = result.get_asset_check_evaluations()
    broken = [check for check in evaluations if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR]
    if result.success:
        expectations = [check for check in evaluations if check.asset_key.path[0] == "offered"]
        return _Outcome(
            [], {"expectations on rows": len(expectations), "dbt tests": len(evaluations) - len(expectations)}
        )
    reasons = [
        f"CHECK FAILED  {check.asset_key.to_user_string()}: {check.check_name}\n{check.description or ''}".rstrip()
        for check in broken
    ]
    return _Outcome(reasons + _failures(result.all_events, bool(broken)), {})


def _failures(events: Iterable[object], has_broken_checks: bool) -> list[str]:
    """The sentence of each failed step; steps that only report a broken check say nothing new."""
    reasons = []
    for event in events:
        if getattr(event, "is_step_failure", False):
            data = event.step_failure_data  # type: ignore[attr-defined]
            if data.user_failure_data and data.user_failure_data.description:
                reasons.append(str(data.user_failure_data.description))
            elif not (has_broken_checks and data.error.cls_name == "DagsterAssetCheckFailedError"):
                reasons.append(_innermost(data.error))
        elif getattr(event, "event_type_value", "") in ("PIPELINE_FAILURE", "RUN_FAILURE"):
            data = event.event_specific_data  # type: ignore[attr-defined]
            if getattr(data, "error", None) and not reasons:
                reasons.append(_innermost(data.error))
    return reasons


def _innermost(error: object) -> str:
    while getattr(error, "cause", None) is not None:
        error = error.cause  # type: ignore[attr-defined]
    message = str(getattr(error, "message", error)).strip()
    kind, separator, sentence = message.partition(": ")
    return sentence if separator and kind.endswith(str(getattr(error, "cls_name", None))) else message


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
