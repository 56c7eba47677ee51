"""`make` checks the interpreter before it makes an environment."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT


def _python(path: Path, version: str) -> Path:
    """A program that answers like an interpreter of this version, which is not one that Tidemark runs on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\ntest "$1" = --version && echo "Python {version}" && exit\nexit 1\n', encoding="ascii")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", ["3.9.18", "3.14.0"])
def test_a_wrong_interpreter_is_one_sentence_and_leaves_no_environment(tmp_path: Path, version: str) -> None:
    shutil.copy(PROJECT_ROOT / "Makefile", tmp_path)
    for lock in PROJECT_ROOT.glob("requirements*"):
        (shutil.copytree if lock.is_dir() else shutil.copy)(lock, tmp_path / lock.name)
    _python(tmp_path / ".venv" / "bin" / "python", version)
    wrong = _python(tmp_path / "python", version)
    run = subprocess.run(
        ["make", "-C", tmp_path, "demo", f"PYTHON={wrong}"], capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    (sentence,) = [line for line in run.stderr.splitlines() if not line.startswith("make")]
    assert "needs Python 3.11, 3.12 or 3.13" in sentence
    assert f"Python {version}" in sentence
    assert not (tmp_path / ".venv").exists()
