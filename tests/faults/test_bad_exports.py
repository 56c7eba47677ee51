"""A failed export or brief: the warehouse is published, and the load reports what is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation, assert_refused


def test_a_failed_export_or_brief_reports_that_the_warehouse_is_published(
    loaded_sample: Installation, tmp_path: Path
) -> None:
    installation = loaded_sample.copy(tmp_path / "home")
    before = installation.published.resolve()
    (installation.home / "exports").unlink()
    (installation.home / "exports" / "in the way").mkdir(parents=True)
    page = installation.home / "reports" / "site"
    shutil.rmtree(page)
    page.write_text("in the way", encoding="utf-8")
    result = installation.load(export="public")
    assert_refused(
        result,
        "exported",
        str(page),
        "is published",
        str(installation.published),
    )
    assert installation.published.resolve() != before
    assert installation.one("select count(*) from marts.warehouse_info") == 1

    (installation.home / "exports" / "in the way").rmdir()
    (installation.home / "exports").rmdir()
    subprocess.run(
        [sys.executable, "-m", "orchestration", "export"],
        cwd=PROJECT_ROOT,
        env=installation.environment(),
        check=True,
        capture_output=True,
        timeout=HANGS,
    )
    assert (installation.home / "exports").resolve().parent == installation.published.resolve().parent
