"""CPU seconds and memory of the steps of a load up to raw, by kind of step: archive, parsed, checked, raw.

    TIDEMARK_HOME=HOME TIDEMARK_SOURCE=FILES python -W ignore -m tests.campaigns.bench.checks

Belongs here: the cost of the steps before the models. Does not belong here: whole loads (`loads`, `scale`).

It changes the home as a load does that stops before the models: nothing is published. Run it on a copy.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import defaultdict

import dagster as dg

from orchestration.defs.archive_assets import archive_assets
from orchestration.defs.checked_assets import checked_assets
from orchestration.defs.raw_assets import documents, parsed_assets, raw_assets
from orchestration.runs.outcome import reasons
from tests.campaigns.bench.measure import resident_peak
from tests.campaigns.guard.steps import LoadWithoutModels


class Meter(logging.Handler):
    """Records the CPU time of each kind of step, and the peak memory of the process when it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.cpu: defaultdict[str, float] = defaultdict(float)
        self.peak: dict[str, int] = {}
        self._begun = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Take one event of Dagster's run."""
        event = getattr(record, "dagster_event", None)
        if event is None or not event.step_key:
            return
        if event.event_type == dg.DagsterEventType.STEP_START:
            self._begun = time.process_time()
        elif event.event_type == dg.DagsterEventType.STEP_SUCCESS:
            kind = str(event.step_key).partition("__")[0]
            self.cpu[kind] += time.process_time() - self._begun
            self.peak[kind] = resident_peak()


def main() -> int:
    """Run the steps on the home and the source that the environment names; returns the exit code."""
    meter = Meter()

    @dg.logger
    def metered(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("metered")
        logger.addHandler(meter)
        return logger

    steps = [*archive_assets, *parsed_assets, *checked_assets, *raw_assets, documents]
    job = dg.define_asset_job("up_to_raw")
    definitions = dg.Definitions(
        steps, jobs=[job], resources={"load": LoadWithoutModels()}, loggers={"metered": metered}
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("up_to_raw").execute_in_process(
            instance=instance, run_config={"loggers": {"metered": {}}}, raise_on_error=False
        )
    if not result.success:
        sys.stderr.write("\n".join(reasons(result.all_events)) + "\n")
        return 1
    for kind, seconds in meter.cpu.items():
        sys.stdout.write(f"{kind}: {seconds:.1f} CPU s; {meter.peak[kind]} MB at most up to its end\n")
    sys.stdout.write(f"the whole process: {time.process_time():.1f} CPU s; {resident_peak()} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
