"""The wheel, installed into a fresh environment outside the repository: it loads the sample, from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import duckdb
import pytest

from orchestration import __version__
from orchestration.settings import PROJECT_ROOT


def _run(*command: str | Path, cwd: Path, **environment: str) -> str:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TIDEMARK_", "PYTHON", "VIRTUAL_ENV"))
    }
    done = subprocess.run(command, cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=PROJECT_ROOT)
    (path,) = folder.glob("*.whl")
    return path


def _install(wheel: Path, folder: Path) -> tuple[Path, Path]:
    """Make an environment with nothing but the wheel; return its programs and packages."""
    venv.create(folder, symlinks=True)
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", folder / "bin" / "python")
    _run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=folder, PIP_DISABLE_PIP_VERSION_CHECK="1")
    (packages,) = folder.glob("lib/python*/site-packages")
    return folder / "bin", packages


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel; it borrows the dependencies from the environment of the tests."""
    programs, packages = _install(wheel, tmp_path_factory.mktemp("pipeline") / "venv")
    # A plain line is a folder to import from. Its own .pth files, such as that of an editable install, do not count.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return programs


def _installed(programs: Path) -> Iterator[tuple[str, int]]:
    (package,) = programs.parent.glob("lib/python*/site-packages/orchestration")
    for path in package.rglob("*"):
        if path.is_file() and path.parent.name != "__pycache__":
            yield str(path), path.stat().st_mtime_ns


def test_the_wheel_has_models_rules_and_sample_and_nothing_generated(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"orchestration", "tidemark", f"tidemark_warehouse-{__version__}.dist-info"}
    for name in (
        "dbt_project/dbt_project.yml",
        "expectations",
        "sample/files/manifest.csv",
        "brief/site.css",
        "runs/alerts.yml",
    ):
        assert any(path.startswith(f"orchestration/{name}") for path in names), name
    assert [
        name for name in names if "/target/" in name or "/logs/" in name or name.endswith((".pyc", ".duckdb"))
    ] == []


def test_the_installed_command_loads_the_sample_from_any_folder(programs: Path, tmp_path: Path) -> None:
    before = sorted(_installed(programs))
    elsewhere = tmp_path / "any folder"
    elsewhere.mkdir()
    cache = str(tmp_path / "cache")
    _run(programs / "tidemark", "load", cwd=elsewhere, TIDEMARK_SOURCE="sample", XDG_CACHE_HOME=cache)
    query = "select is_simulated, (select count(*) > 0 from marts.fct_holdings) from marts.warehouse_info"
    assert _run(programs / "tidemark", "sql", "--csv", query, cwd=elsewhere).splitlines()[1:] == ["true,true"]
    assert [path.name for path in elsewhere.iterdir()] == ["warehouse"]
    assert sorted(_installed(programs)) == before, "a load writes nothing into the package"


def test_the_installed_package_shows_its_version_and_runs_as_a_module(programs: Path, tmp_path: Path) -> None:
    assert __version__ in _run(programs / "tidemark", "--version", cwd=tmp_path)
    assert "archive" in _run(programs / "python", "-m", "orchestration", "--help", cwd=tmp_path)


def test_the_client_needs_only_duckdb_and_the_command_names_what_is_missing(wheel: Path, tmp_path: Path) -> None:
    programs, packages = _install(wheel, tmp_path / "venv")
    for name in {Path(file.parts[0]) for file in files("duckdb") or () if ".." not in file.parts}:
        (packages / name).symlink_to(Path(sysconfig.get_path("platlib")) / name)
    with duckdb.connect(str(tmp_path / "tidemark.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.warehouse_info as select true as is_simulated")
    query = "import tidemark; print(tidemark.connect('.').sql('from marts.warehouse_info').fetchall())"
    assert _run(programs / "python", "-c", query, cwd=tmp_path) == "[(True,)]\n"
    load = subprocess.run([programs / "tidemark", "load"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert load.returncode == 1
    assert "tidemark-warehouse[pipeline]" in load.stderr
    assert "Traceback" not in load.stderr
