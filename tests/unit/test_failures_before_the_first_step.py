"""A load that fails before its first step: the page of its run ends with the sentence, without lines of code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.home import Home
from orchestration.runs.outcome import has_begun, reasons

pytestmark = pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")


@contextmanager
def _setting(name: str, value: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, value)
        yield


@contextmanager
def _extra(home: Home) -> Iterator[None]:
    folder = home.root.parent / "extra"
    folder.mkdir()
    (folder / "crypto_symbols.csv").write_text("coin\nnot,a,coin\n", encoding="utf-8")
    with _setting("TIDEMARK_EXTRA", str(folder)):
        yield


@contextmanager
def _damaged_archive(home: Home) -> Iterator[None]:
    folder = home.archive / "documents" / "fred" / "2026-01"
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef.json").write_text("{", encoding="utf-8")
    yield


@contextmanager
def _unusable_folder(home: Home) -> Iterator[None]:
    home.work.rmdir()
    home.work.write_text("not a folder", encoding="utf-8")
    yield


FAULTS: dict[str, tuple[Callable[[Home], AbstractContextManager[None]], str]] = {
    "setting": (lambda _: _setting("TIDEMARK_KEEP_RUNS", "0"), "Invalid setting: TIDEMARK_KEEP_RUNS=0: "),
    "address": (lambda _: _setting("TIDEMARK_NOSUCH_URL", "https://x.test"), "TIDEMARK_NOSUCH_URL"),
    "locked": (Home.exclusive, "Another load (process "),
    "list": (_extra, "crypto_symbols.csv"),
    "archive": (_damaged_archive, "0123456789abcdef.json is damaged"),
    "folder": (_unusable_folder, "cannot be written: File exists"),
}


@pytest.fixture(scope="module")
def job() -> dg.JobDefinition:
    return defs().resolve_job_def("monthly_load")


@pytest.mark.parametrize("fault", FAULTS)
def test_the_page_of_the_run_ends_with_the_sentence(
    fault: str, job: dg.JobDefinition, alerting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEMARK_WAIT_SECONDS", "0")
    monkeypatch.setenv("TIDEMARK_SOURCE", "sample")
    arrange, expected = FAULTS[fault]
    with arrange(alerting_home), dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        entries = instance.all_logs(result.run_id)
    assert not result.success
    events = [entry.dagster_event for entry in entries if entry.dagster_event is not None]
    assert events[-1].event_type is dg.DagsterEventType.RUN_FAILURE
    error = events[-1].job_failure_data.error
    assert error is not None
    assert (error.stack, error.cause, error.context) == ([], None, None)
    assert expected in error.message
    assert reasons(events) == [error.message], "a shell prints the same"
    assert not has_begun(events)
    assert not [event for event in events if event.is_step_start]
