"""Variables of other programs in a user's shell do not reach the libraries of a load."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.environment import isolate_libraries
from orchestration.settings import PROJECT_ROOT

ISOLATE = "import orchestration.environment as e; e.isolate_python(); e.isolate_libraries()"
REMOVED = ("DBT_TARGET", "GX_CLOUD_ACCESS_TOKEN", "DAGSTER_REDACT_USER_CODE_ERRORS", "PYTHONWARNINGS", "PYTHONPATH")


def _in_a_process(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_variables_of_other_programs_are_removed() -> None:
    program = f"import os; {ISOLATE}; print(sorted(os.environ))"
    left = _in_a_process(program, **dict.fromkeys(REMOVED, ""), KEPT="1")
    assert "KEPT" in left
    assert [name for name in REMOVED if f"'{name}'" in left] == []


def test_variables_in_a_users_dagster_yaml_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_PG_PASSWORD", "secret")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    isolate_libraries(kept="postgres_url:\n  env: DAGSTER_PG_PASSWORD\n")
    assert os.environ["DAGSTER_PG_PASSWORD"] == "secret"
    isolate_libraries()
    assert "DAGSTER_PG_PASSWORD" not in os.environ


def test_warnings_stay_warnings() -> None:
    program = f"import warnings; {ISOLATE}; warnings.warn('old'); print(1)"
    assert _in_a_process(program, PYTHONWARNINGS="error") == "1\n"


def test_modules_of_a_pythonpath_do_not_replace_ours(tmp_path: Path) -> None:
    (tmp_path / "yaml.py").write_text("WRONG = True\n", encoding="ascii")
    (tmp_path / "extra_module.py").write_text("HERE = True\n", encoding="ascii")
    program = f"{ISOLATE}; import yaml, extra_module; print(hasattr(yaml, 'WRONG'), extra_module.HERE)"
    assert _in_a_process(program, PYTHONPATH=str(tmp_path)) == "False True\n"
