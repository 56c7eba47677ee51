"""Environments with other packages than ours: `.venv-<name>`, made where they are not there yet.

Belongs here: making them from `tests/environments/requirements-<name>.txt`. Does not belong here: what runs in them.
`make lock` writes the requirements from the groups of `pyproject.toml`.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT

PINS = Path(__file__).with_name("environments")


def python_with(name: str, *, borrows: bool = False) -> Path:
    """The interpreter of an environment; the test is skipped if its packages cannot be installed.

    Args:
        name: of the group: `duckdb-1.4`, `duckdb-2.0`, `httpfs`, `notebook`, `s3`.
        borrows: packages that it does not have come from our environment.
    """
    folder, pins = PROJECT_ROOT / f".venv-{name}", PINS / f"requirements-{name}.txt"
    python, installed = folder / "bin" / "python", folder / "installed.txt"
    if installed.exists() and installed.read_bytes() == pins.read_bytes():
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    result = subprocess.run(
        [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", pins],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or [f"pip ended with {result.returncode}"])[-1]
        pytest.skip(f"the packages of {pins.name} could not be installed: {reason}")
    if borrows:
        (packages,) = folder.glob("lib/python*/site-packages")
        (packages / "ours.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    installed.write_bytes(pins.read_bytes())
    return python
