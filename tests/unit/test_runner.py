"""The message about a failed run."""

import dagster as dg

from orchestration.runs.outcome import has_begun, reasons


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="figures", blocking=True)])
def figures():  # type: ignore[no-untyped-def]
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=False, check_name="holds")])


@dg.asset
def table() -> None:
    raise ValueError("The table is upside down.")


def _said(asset: dg.AssetsDefinition) -> list[str]:
    job = dg.Definitions(assets=[asset], jobs=[dg.define_asset_job("job")]).resolve_job_def("job")
    with dg.DagsterInstance.ephemeral() as instance:
        events = job.execute_in_process(instance=instance, raise_on_error=False).all_events
    assert has_begun(events)
    return reasons(events)


def test_a_failed_check_is_reported_once() -> None:
    assert _said(figures) == ["CHECK FAILED  figures: holds"]


def test_a_failed_step_gives_the_message_of_its_innermost_error() -> None:
    assert _said(table) == ["The table is upside down."]
