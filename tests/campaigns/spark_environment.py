"""Locates Spark for benchmarks and tests of parity. `make .venv-spark/.ready` installs it.

An environment of its own: Great Expectations imports pyspark wherever it finds it, and pyspark ends a process whose
`__main__` has no file (it takes that for a run of its doctests).
"""

from __future__ import annotations

import os
import shutil

from orchestration.settings import PROJECT_ROOT

PROGRAMS = PROJECT_ROOT / ".venv-spark" / "bin"


def why_not() -> str | None:
    """Why Spark cannot be driven here; None where it can."""
    if not (PROGRAMS.parent / ".ready").exists():
        return "there is no environment of Spark here (`make .venv-spark/.ready`)"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "there is no Java here, and Spark needs 17 (on Debian and Ubuntu: apt install openjdk-17-jre-headless)"
    return None
