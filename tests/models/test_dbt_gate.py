"""The last gate: a failing dbt test keeps the warehouse from being published, and says what is wrong, with rows.

The loads run in a copy of the project with one more test in it, or with a flawed model: what the earlier checks would
have caught in a file must be caught here where it goes wrong in SQL.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from tests.installation import Installation


def _project(folder: Path) -> Path:
    generated = shutil.ignore_patterns("target", "logs", "__pycache__")
    for part in ("orchestration", "dbt_project", "expectations"):
        shutil.copytree(PROJECT_ROOT / part, folder / part, ignore=generated)
    shutil.copyfile(PROJECT_ROOT / "dg.toml", folder / "dg.toml")
    return folder


def _load(project: Path, installation: Installation) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
    return subprocess.run(
        [sys.executable, "-m", "orchestration", "load"],
        cwd=project,
        env=environment | {"TIDEMARK_HOME": str(installation.home), "TIDEMARK_SOURCE": "sample"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file.name} is not what this test takes it for"
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_claim_that_does_not_hold_stops_the_publish_and_shows_its_rows(
    embedded: Installation, tmp_path: Path
) -> None:
    installation = embedded.copy(tmp_path / "home")
    before, releases = installation.published.resolve().read_bytes(), sorted((installation.home / "releases").iterdir())
    project = _project(tmp_path / "project")
    (project / "dbt_project/tests/assert_nobody_holds_nine_trillion.sql").write_text(
        "-- A row returned is a holder of nine trillion dollars or more in November 2025.\n"
        "{{ config(meta={'dagster': {'ref': {'name': 'fct_holdings'}}}) }}\n\n"
        "select country_code, country, holdings_usd_bn, correction_id\n"
        "from {{ ref('fct_holdings') }}\n"
        "where month_end = date '2025-11-30' and instrument = 'total' and holdings_usd_bn > 9000\n",
        encoding="utf-8",
    )
    result = _load(project, installation)
    assert result.returncode != 0
    assert "assert_nobody_holds_nine_trillion" in result.stderr
    assert "a test of fct_holdings" in result.stderr
    largest = installation.one(
        "select holdings_usd_bn from marts.fct_holdings "
        "where month_end = '2025-11-30' and instrument = 'total' and country_code = '99996'"
    )
    assert f"country_code = 99996, country = Grand Total, holdings_usd_bn = {largest}" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) < 60, "one screen"
    assert installation.published.resolve().read_bytes() == before
    assert sorted((installation.home / "releases").iterdir()) == releases, "the asset after dbt did not run"


def test_a_flawed_model_is_stopped_by_what_is_claimed_of_its_columns(embedded: Installation, tmp_path: Path) -> None:
    """Shares in per cent instead of parts: a flaw that no file has, and that only the tests of the mart can see."""
    installation = embedded.copy(tmp_path / "home")
    before = installation.published.resolve().read_bytes()
    project = _project(tmp_path / "project")
    _change(
        project / "dbt_project/models/marts/holdings/holdings_trend.sql",
        "round(cast(holdings_usd_bn as double) / nullif(all_foreign_usd_bn, 0), 6)",
        "round(100 * cast(holdings_usd_bn as double) / nullif(all_foreign_usd_bn, 0), 6)",
    )
    result = _load(project, installation)
    assert result.returncode != 0
    assert "columns_hold_holdings_trend" in result.stderr
    assert "broken = all_foreign_share is above 1.0001: 1." in result.stderr
    assert "country_code = " in result.stderr
    assert "more" in result.stderr, "how many rows there are besides those shown"
    assert len(result.stderr.splitlines()) < 60, "one screen"
    assert installation.published.resolve().read_bytes() == before


def test_a_column_that_is_not_in_the_contract_stops_the_publish(embedded: Installation, tmp_path: Path) -> None:
    installation = embedded.copy(tmp_path / "home")
    before = installation.published.resolve().read_bytes()
    project = _project(tmp_path / "project")
    _change(
        project / "dbt_project/models/marts/markets/fct_crypto_daily.sql",
        "    close_usd,\n    volume,\n    venue,\n    known_at\nfrom ranked\n",
        "    cast(close_usd as decimal(18, 3)) as close_usd,\n    volume,\n    venue,\n    known_at\nfrom ranked\n",
    )
    result = _load(project, installation)
    assert result.returncode != 0
    assert "fct_crypto_daily" in result.stderr
    assert "contract" in result.stderr
    assert "close_usd" in result.stderr
    assert installation.published.resolve().read_bytes() == before
