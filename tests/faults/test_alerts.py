"""Alerts about failed loads and late data: real receivers on loopback, real runs of Dagster."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.instance.ref import InstanceRef

from orchestration.definitions import defs
from orchestration.home import Home
from orchestration.sample import SAMPLE_FOLDER
from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS
from tests.publisher import Publisher
from tests.receivers import SECRET, Mailbox, Webhook, text

# Dagster asks pydantic for a name of old when it makes a resource.
pytestmark = pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")

BROKEN_TABLE = b"<!DOCTYPE html>\n<html><body>Back soon.</body></html>\n"
LATE_SERIES = "DGS10"


def _folder_of_files(folder: Path, names: dict[str, bytes | None], day: str = "2026-06-18") -> Path:
    """Files of the sample as a separate source, retrieved on a day; given bytes replace a file's own."""
    with (SAMPLE_FOLDER / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    kept = [next(row for row in reversed(rows) if name in row["path"]) for name in names]
    for row, content in zip(kept, names.values(), strict=True):
        path = folder / row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLE_FOLDER / row["path"], path)
        if content is not None:
            path.write_bytes(content)
        row |= {"as_of": day, "sha256": "", "bytes": ""}
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    return folder


def _run(*assets: str) -> dg.ExecuteInProcessResult:
    """A run as the UI starts one, of some assets."""
    with dg.DagsterInstance.ephemeral() as instance:
        return (
            defs()
            .resolve_job_def("monthly_load")
            .execute_in_process(
                instance=instance,
                asset_selection=[dg.AssetKey(asset.split("/")) for asset in assets],
                raise_on_error=False,
            )
        )


def _monthly_load() -> dg.JobDefinition:
    return defs().resolve_job_def("monthly_load")


def _up_to_raw() -> list[str]:
    keys = defs().resolve_all_asset_keys()
    steps = ("archive", "parsed", "checked", "raw")
    return [key.to_user_string() for key in keys if key.path[0] in steps and key.path[-1] != "knowledge_cutoff"]


def test_a_load_stopped_by_a_check_is_reported_once_to_each_receiver(
    both_receive: Home, webhook: Webhook, mailbox: Mailbox, tmp_path: Path
) -> None:
    source = _folder_of_files(tmp_path / "files", {"slt_table3": BROKEN_TABLE})
    result = subprocess.run(
        [sys.executable, "-m", "orchestration", "load"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "TIDEMARK_SOURCE": str(source)},
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert result.returncode == 1, result.stderr
    (reported,) = webhook.received
    assert reported["kind"] == "failure"
    assert "document_is_what_its_publisher_serves" in reported["title"]
    assert reported["screen"] in result.stderr, "the words of the shell"
    assert "slt_table3" in reported["screen"]
    assert reported["title"] in reported["text"]
    assert reported["run_id"] in {path.stem for path in (both_receive.dagster / "history" / "runs").iterdir()}
    (finding,) = reported["findings"]
    assert finding["asset"] == "checked/tic_holdings/documents"
    assert finding["rows"] == 1
    (letter,) = mailbox.received
    assert letter["Subject"].strip() == reported["title"]
    assert letter["From"] == "tidemark@bank.example"
    assert reported["screen"] in text(letter)
    assert mailbox.recipients == ["desk@bank.example", "risk@bank.example"]
    files = [path for path in both_receive.root.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
    assert SECRET not in result.stdout + result.stderr


def test_a_run_without_a_required_table_is_reported(
    both_receive: Home, webhook: Webhook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Publisher() as publisher:
        for name, address in publisher.addresses.items():
            monkeypatch.setenv(f"TIDEMARK_{name.upper()}", address)
        monkeypatch.setenv("TIDEMARK_HTTP_ATTEMPTS", "1")
        monkeypatch.setenv("TIDEMARK_HTTP_REQUESTS_PER_SECOND", "500")
        # As `dagster job execute` does: it makes the resources of a run once more when the run has ended.
        job, selection = dg.reconstructable(_monthly_load), [dg.AssetKey(["archive", "tic"])]
        with (
            dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(both_receive.dagster))) as instance,
            dg.execute_job(job, instance, asset_selection=selection, raise_on_error=False) as result,
        ):
            assert not result.success
    (reported,) = webhook.received
    assert f"{publisher.base}/resource-center" in reported["screen"], "which document"
    assert len(mailbox.received) == 1
    assert both_receive.holder() is None


def test_a_load_that_does_not_start_is_reported(
    both_receive: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEMARK_WAIT_SECONDS", "0")
    monkeypatch.setenv("TIDEMARK_SOURCE", "sample")
    with both_receive.exclusive():
        assert not _run("archive/fred").success
    (reported,) = webhook.received
    assert reported["screen"].startswith("Another load (process ")
    assert reported["findings"] == []


@pytest.mark.usefixtures("both_receive")
def test_late_data_are_reported_and_the_load_continues(
    webhook: Webhook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = _folder_of_files(tmp_path / "files", {f"/{LATE_SERIES}": None}, day="2026-07-31")
    monkeypatch.setenv("TIDEMARK_SOURCE", str(source))
    assert _run(*_up_to_raw()).success
    (reported,) = webhook.received
    assert reported["kind"] == "late"
    assert f"fred {LATE_SERIES}" in reported["title"]
    assert "daily_series_is_on_time" in reported["screen"]
    assert [finding["subjects"] for finding in reported["findings"]] == [[f"fred {LATE_SERIES}"]]
    assert len(mailbox.received) == 1
