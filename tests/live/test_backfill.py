"""Past releases: fetched from archives on loopback by the command, then loaded through the ordinary path."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.sample import SAMPLE_FOLDER
from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation
from tests.publisher import Publisher
from tests.unit.release_archives import packed, serve

QUICK = {"http_requests_per_second": "500", "http_max_wait_seconds": "0.1", "http_attempts": "1"}
DAYS = ("2025-06-18", "2025-07-17", "2025-08-15", "2025-09-18", "2026-01-15", "2026-06-18")
ROWS = tuple((f"{day[5:7]}/{day[8:]}/{day[:4]}", "TIC Data", f"ticrel_{day.replace('-', '')}.zip") for day in DAYS)


def _release(day: str) -> dict[str, bytes]:
    return {f"tic/{path.name}": path.read_bytes() for path in sorted((SAMPLE_FOLDER / "tic" / day).iterdir())}


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    """Archives of the sample's two releases; one that is not there, a bomb, one of other files, one that was moved."""
    first, second = _release("2026-01-15"), _release("2026-06-18")
    archives = {
        "ticrel_20250717.zip": packed({"tic/slt_table3.txt": b"0" * 50_000_000}),
        "ticrel_20250815.zip": packed({"npr_history.html": b"<html>", "arcdatadesc.txt": b"words"}),
        "ticrel_20250918.zip": packed(first)[:-400_000],
        "ticrel_20260115.zip": packed(first | {"tic/slt_table2.html": b"<html>"}),
        "ticrel_20260618.zip": packed(second),
    }
    with Publisher() as publisher:
        serve(publisher, ROWS, archives)
        yield publisher


@pytest.fixture(scope="module")
def installation(installation_of: Callable[[str], Installation]) -> Installation:
    return installation_of("backfilled")


@pytest.fixture(scope="module")
def without_tic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample without TIC's files."""
    folder = tmp_path_factory.mktemp("files") / "sample"
    shutil.copytree(SAMPLE_FOLDER, folder)
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["source"] != "tic")
    return folder


def _backfill(installation: Installation, publisher: Publisher) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration", "archive", "backfill", "tic", "--since", "2025-06"],
        cwd=PROJECT_ROOT,
        env=installation.environment("live", **QUICK, **publisher.addresses),
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )


def test_bad_archives_are_named_and_the_good_ones_are_stored(installation: Installation, publisher: Publisher) -> None:
    publisher.fault("/moved/resource-center/data-chart-center/tic/Documents/ticrel_20260115.zip", "short_body")
    result = _backfill(installation, publisher)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "5 of 6 archives are not complete" in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.startswith("  ") and " s  " not in line]
    said = {name: next(line for line in lines if name in line) for _, _, name in ROWS[:-1]}
    assert "404" in said["ticrel_20250618.zip"]
    assert "bytes packed into" in said["ticrel_20250717.zip"], "a bomb"
    assert "none of its 2 files is a table that Tidemark reads" in said["ticrel_20250815.zip"]
    assert "damaged or was cut off" in said["ticrel_20250918.zip"]
    assert "broke off" in said["ticrel_20260115.zip"], "an interrupted download"
    sidecars = list((installation.home / "archive" / "documents").rglob("*.json"))
    assert {path.parent.name for path in sidecars} == {"2026-06"}, "nothing of a bad archive is left"


def test_the_next_run_fetches_what_is_missing(installation: Installation, publisher: Publisher) -> None:
    publisher.requests.clear()
    result = _backfill(installation, publisher)
    assert result.returncode == 1, "four archives stay bad"
    assert "1 held before" in result.stdout
    assert "ticrel_20250815.zip: none of its 2 files" in result.stderr
    assert "slt_table2.html" in result.stdout
    assert not publisher.asked("ticrel_20260618.zip")
    assert len(publisher.asked("ticrel_20260115.zip")) == 2, "asked for, and followed to where it was moved"


def test_a_load_dates_the_vintages_by_their_releases(
    installation: Installation, without_tic: Path, loaded_sample: Installation
) -> None:
    printed = installation.load_well(source=without_tic)
    assert "ticrel_" not in printed, "the lists of files are no documents to report"
    assert installation.query("select vintages_from::varchar from marts.warehouse_info") == [("2026-01-15",)]
    query = (
        "select country_code, month_end, instrument, holdings_usd_bn, released_on, known_at, vintage_basis "
        "from marts.fct_holdings_vintages where source_series <> 'first_print' order by all"
    )
    assert installation.query(query) == loaded_sample.query(query), "as if the files had been fetched on their days"
    first_prints = installation.query(
        "select count(*), min(release_known_at)::date::varchar from marts.holdings_revisions "
        "where release_number = 1 and month_end = '2025-11-30'"
    )
    assert first_prints[0][0] > 20
    assert first_prints[0][1] == "2026-01-15"
