"""What a shell runs: the targets of `make`, the command that a summary offers, and what a module imports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.runs import summary
from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS


def _python(path: Path, version: str) -> Path:
    """A program that answers like an interpreter of this version, which is not one that Tidemark runs on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\ntest "$1" = --version && echo "Python {version}" && exit\nexit 1\n', encoding="ascii")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", ["3.9.18", "3.14.0"])
def test_a_wrong_interpreter_gives_one_message_and_no_environment(tmp_path: Path, version: str) -> None:
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


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A virtual environment whose programs only say how they were called."""
    programs = tmp_path / "venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "dagster"):
        program = programs / name
        program.write_text(f'#!/bin/sh\necho "{name}|$TIDEMARK_HOME|$DAGSTER_HOME|$*"\n', encoding="utf-8")
        program.chmod(0o755)
    for name in (".ready", ".ready-dev"):
        (tmp_path / "venv" / name).touch()
    return tmp_path / "venv"


def _make(target: str, venv: Path, home: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TIDEMARK_", "MAKE"))}
    result = subprocess.run(
        ["make", "--silent", target, f"VENV={venv}"],
        cwd=PROJECT_ROOT,
        env=environment | {"TIDEMARK_HOME": home},
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=True,
    )
    return result.stdout.strip()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here: `make dev` and the others cannot be tried")
def test_make_dev_serves_the_guarded_ui(made: Path) -> None:
    assert _make("dev", made, "/home/of mine") == "python|/home/of mine||-m orchestration ui --daemon --port 3000"


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here: `make load` and the others cannot be tried")
@pytest.mark.parametrize(("target", "below"), [("demo", "/demo"), ("load", "")])
def test_make_passes_on_a_home_with_blanks_and_quotes(made: Path, target: str, below: str) -> None:
    home = '/home/it\'s "mine"; echo & x'
    assert _make(target, made, home) == f"python|{home}{below}||-m orchestration load"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A file that answers the query of the summary, in a folder of an unpleasant name."""
    folder = tmp_path / 'it\'s "q" $HOME `id` \\n ü & [1] {x}'
    folder.mkdir()
    path = folder / "tidemark.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_holdings_vintages as "
            "select date '2025-11-30' as month_end, 682.6 as holdings_usd_bn, now() as known_at, "
            "'China, Mainland' as country, 'total' as instrument"
        )
    return path


def test_the_command_to_paste_works_for_any_name_of_the_home(published: Path) -> None:
    before = published.read_bytes()
    result = subprocess.run(
        ["sh", "-c", summary._command(published)], capture_output=True, text=True, timeout=HANGS, check=False
    )
    assert "682.6" in result.stdout, result.stderr
    assert published.read_bytes() == before
    assert [path.name for path in published.parent.iterdir()] == ["tidemark.duckdb"]


def test_definitions_do_not_import_statsmodels() -> None:
    code = "import sys, orchestration.definitions as d; d.defs(); sys.exit('statsmodels' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, check=True)


def test_the_client_imports_only_duckdb() -> None:
    code = (
        "import sys, tidemark; "
        "print(*sorted({n.partition('.')[0] for n in sys.modules} & {'pandas', 'dagster', 'orchestration', 'pyarrow'}))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""
