"""Where the dbt project is, and its manifest, parsed anew when a file of the project is newer.

Belongs here: what Dagster needs to know of the project before it can define the models' assets.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from dagster_dbt import DbtProject

from orchestration.warehouse.transform import DBT_PROJECT, run_dbt

dbt_project = DbtProject(project_dir=DBT_PROJECT, profiles_dir=DBT_PROJECT)
_GENERATED = {"target", "logs", "dbt_packages"}


def manifest() -> Path:
    """The path of a manifest that is not older than the project.

    Raises:
        RuntimeError: the project does not parse; the message is dbt's.
    """
    path = Path(dbt_project.manifest_path)
    newest = max(
        file.stat().st_mtime_ns
        for part in DBT_PROJECT.iterdir()
        if part.name not in _GENERATED
        for file in (part, *part.rglob("*"))
    )
    if not path.exists() or path.stat().st_mtime_ns < newest:
        path.parent.mkdir(exist_ok=True)
        # Aside and then in place: two processes may find the manifest old at the same moment.
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            result = run_dbt(["--quiet", "parse"], Path(folder))
            if result.returncode != 0:
                raise RuntimeError(f"The dbt project does not parse:\n{result.stdout}{result.stderr}")
            (Path(folder) / path.name).replace(path)
    return path
