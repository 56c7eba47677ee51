"""The record of the nowcast survives a rebuild of the warehouse, and alone it builds nothing."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from orchestration.sample import SAMPLE_FOLDER
from tests.installation import Installation
from tests.sample_homes import SampleHomes

SAID = (
    "target_month, country_code, made_on, horizon_days, steps, last_month_end, last_holdings_usd_bn, "
    "holdings_q10_usd_bn, holdings_q50_usd_bn, holdings_q90_usd_bn, net_purchases_usd_bn, valuation_change_usd_bn, "
    "method"
)
RECORD = f"select {SAID}, basis, known_at from marts.nowcast_record order by all"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The sample with one more document: the ten-year yield of a later day."""
    folder = tmp_path / "files"
    shutil.copytree(SAMPLE_FOLDER, folder)
    manifest = folder / "manifest.csv"
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    (old,) = [row for row in rows if "id=DGS10" in row["url"] and row["as_of"] == "2026-06-18"]
    newer = folder / "newer.csv"
    newer.write_bytes((folder / old["path"]).read_bytes() + b"2026-06-22,4.40\n")
    rows.append(old | {"path": newer.name, "as_of": "2026-06-23", "bytes": str(newer.stat().st_size), "sha256": ""})
    with manifest.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_the_record_survives_a_rebuild_of_the_warehouse(sample: SampleHomes, tmp_path: Path, files: Path) -> None:
    home = sample.latest.copy(tmp_path / "home")
    said = home.query(f"select {SAID} from marts.tic_nowcast order by all")
    assert said
    before = home.published.resolve()
    home.load_well(export="all", export_format="both")
    assert home.published.resolve() == before, "the statement of the last load is no news"
    home.load_well(source=files)
    assert home.query(f"select {SAID} from marts.nowcast_record order by all") == said
    assert home.query(
        "select distinct basis, d.is_simulated from marts.nowcast_record, raw.documents as d where d.source = 'nowcast'"
    ) == [("simulated", True)]
    record = home.query(RECORD)
    documents = _documents(home)
    home.published.resolve().unlink()
    home.published.unlink()
    home.load_well(source=files)
    assert home.query(RECORD) == record
    assert _documents(home) == documents, "the day has its statement already"


def _documents(home: Installation) -> list[str]:
    return sorted(path.name for path in (home.home / "archive" / "documents" / "nowcast").rglob("*.json"))
