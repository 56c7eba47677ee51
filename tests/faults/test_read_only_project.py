"""A project folder that the user of a load may not write, such as an installed package, is only read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.settings import PROJECT_ROOT

# Root may write whatever the permission bits say, unless it lacks these capabilities.
UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
DEFINE = (
    "from orchestration.definitions import defs; from orchestration.warehouse.parsed_project import manifest; "
    "defs(); print(manifest())"
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A copy of the project that cannot be written."""
    folder = tmp_path / "project"
    for name in ("orchestration", "dbt_project", "expectations"):
        generated = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(PROJECT_ROOT / name, folder / name, ignore=generated)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)


def test_generated_files_go_to_the_home(project: Path, tmp_path: Path) -> None:
    before = sorted(project.rglob("*"))
    home = Home(tmp_path / "home")
    home.prepare()
    environment = os.environ | {"TIDEMARK_HOME": str(home.root), "HOME": "/nonexistent", "XDG_CACHE_HOME": ""}
    done = subprocess.run(
        [*UNPRIVILEGED, sys.executable, "-c", DEFINE],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(home.dbt)
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("[Errno 13] Permission denied: '/opt/tidemark/dbt_project/target'", "/opt/tidemark/dbt_project/target"),
        ('IO Error: Cannot open file "{home}/work/x": Permission denied', "the home"),
        ("attempt to write a readonly database", "the home"),
        ("[Errno 27] File too large: '{home}/releases'", "ulimit -f"),
        ("could not write block: No space left on device", "is full"),
    ],
)
def test_advice_names_the_right_folder(tmp_path: Path, message: str, said: str) -> None:
    home = Home(tmp_path)
    advice = home.disk_advice(message.replace("{home}", str(tmp_path)))
    assert advice is not None
    assert said in advice
    assert ("the home, " in advice) == (said == "the home")
