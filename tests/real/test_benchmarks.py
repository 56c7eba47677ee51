"""The benchmarks work: run once, on the embedded sample. What they measure here is not looked at."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from tests.installation import Installation

# The others are whole loads, one after the other.
SHORT = ("B6", "B7")


def test_they_measure_and_write_their_page(embedded: Installation, tmp_path: Path) -> None:
    shutil.copytree(embedded.home, tmp_path / "history", symlinks=True)
    page = tmp_path / "page.md"
    told = subprocess.run(
        [
            *(sys.executable, "-m", "tests.campaigns.bench", "--small", "--only", *SHORT),
            *("--work", str(tmp_path), "--page", str(page)),
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (B\d)\. ", text, re.MULTILINE) == list(SHORT)
    ratios = re.findall(r"^\| .+ \| (\d+\.\d\d) \| .* \| (met|missed) \|$", text, re.MULTILINE)
    assert len(ratios) == len(SHORT)
    assert all(float(value) > 0 for value, _ in ratios)
    assert "Statements that raw keeps of those offered: " in text
