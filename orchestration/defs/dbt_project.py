"""Where the dbt project is, and its manifest, parsed anew when a file of the project is newer.

Belongs here: what Dagster needs to know of the project before it can define the models' assets.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dagster_dbt import DbtProject

from orchestration.settings import PROJECT_ROOT

DBT_EXECUTABLE = str(Path(sys.prefix) / "bin" / "dbt")
dbt_project = DbtProject(project_dir=PROJECT_ROOT / "dbt_project", profiles_dir=PROJECT_ROOT / "dbt_project")


def manifest() -> Path:
    """The path of a manifest that is not older than the project.

    Raises:
        RuntimeError: the project does not parse; the message is dbt's.
    """
    path = Path(dbt_project.manifest_path)
    folder = Path(dbt_project.project_dir)
    generated = {"target", "logs", "dbt_packages"}
    newest = max(
        file.stat().st_mtime_ns
        for part in folder.iterdir()
        if part.name not in generated
        for file in (part, *part.rglob("*"))
    )
    if not path.exists() or path.stat().st_mtime_ns < newest:
        result = subprocess.run(
            [DBT_EXECUTABLE, "--quiet", "parse", "--project-dir", str(folder), "--profiles-dir", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise RuntimeError(f"The dbt project does not parse:\n{result.stdout}{result.stderr}")
        path.touch()
    return path
