"""The benchmarks run, once, on the embedded sample; what they measure here does not matter."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from orchestration.sample.generate import write
from orchestration.sample.scaled import Scale
from orchestration.settings import PROJECT_ROOT
from orchestration.sources.folder import read_manifest
from orchestration.sources.registry import SOURCES, identify
from tests.installation import HANGS, Installation

# The others are whole loads, one after the other.
SHORT = ("B6", "B7")


def test_benchmarks_write_their_page(loaded_sample: Installation, tmp_path: Path) -> None:
    shutil.copytree(loaded_sample.home, tmp_path / "history", symlinks=True)
    page = tmp_path / "page.md"
    run = subprocess.run(
        [
            *(sys.executable, "-m", "tests.campaigns.bench", "--small", "--only", *SHORT),
            *("--work", str(tmp_path), "--page", str(page)),
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (B\d)\. ", text, re.MULTILINE) == list(SHORT)
    ratios = re.findall(r"^\| .+ \| (\d+\.\d\d) \| .* \| (met|missed) \|$", text, re.MULTILINE)
    assert len(ratios) == len(SHORT)
    assert all(float(value) > 0 for value, _ in ratios)
    assert "Statements that raw keeps of those parsed: " in text


def test_scaled_simulation_is_read_by_the_publishers_modules(tmp_path: Path) -> None:
    scale = Scale(countries=2, series=2, symbols=2, minute_days=3)
    assert write(tmp_path, scale=scale) == sum(1 for _ in tmp_path.rglob("*.*")) - 2
    rows: dict[str, int] = defaultdict(int)
    codes: set[str] = set()
    for document in read_manifest(tmp_path):
        found = identify(document.address)
        assert found is not None, document.address
        response = document.response()
        frame = SOURCES[found[0]].parse(found[1], response.body, response.retrieved_at)
        rows[found[1]] += len(frame)
        if found[1] == "slt_table3":
            codes |= set(frame["country_code"])
    assert len(codes) > 100
    assert rows["SIM0027"] > 2_500
    for market in ("BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "BNBUSDT"):
        assert rows[f"intraday/{market}/1m"] == 3 * 1_440
