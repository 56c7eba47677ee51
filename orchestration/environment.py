"""Environment variables: which ones a load and its dbt process may see.

Belongs here: removing variables of other programs' configuration from our process, and the environment of dbt. Does not
belong here: our own settings (`settings.py`).

dbt, Great Expectations and Dagster read dozens of variables. A shell that is set up for another project (`DBT_TARGET`,
`GX_CLOUD_ACCESS_TOKEN`, `PYTHONPATH`) must not change a load or break it.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

FOREIGN = ("DBT_", "GX_", "DAGSTER_")
"""Prefixes of variables that configure our libraries. We configure each library in code."""

_FOR_DBT = frozenset(
    {
        "HOME",
        "LANG",
        "LANGUAGE",
        "LD_LIBRARY_PATH",
        "PATH",
        "TEMP",
        "TIDEMARK_MEMORY_LIMIT",
        "TMP",
        "TMPDIR",
        "TZ",
    }
)


def isolate_python() -> None:
    """Undo what PYTHONWARNINGS and PYTHONPATH did to this process, and give NumPy one thread for linear algebra."""
    # The matrices of the statistics are small: with two threads they took twice the time. NumPy reads this on import.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if os.environ.pop("PYTHONWARNINGS", None) is not None:
        sys.warnoptions.clear()
        warnings.resetwarnings()
        warnings.simplefilter("ignore")
    # Last instead of first: these folders may add modules, but not replace ours.
    added = [str(Path(folder).absolute()) for folder in os.environ.pop("PYTHONPATH", "").split(os.pathsep) if folder]
    moved = [entry for entry in sys.path if entry and str(Path(entry).absolute()) in added]
    sys.path[:] = [entry for entry in sys.path if entry not in moved] + moved


def isolate_libraries(kept: str = "", prefixes: tuple[str, ...] = FOREIGN) -> None:
    """Remove the variables of our libraries from this process.

    Args:
        kept: a text, such as a `dagster.yaml`; variables that it names stay.
        prefixes: of the variables.
    """
    for name in [name for name in os.environ if name.startswith(prefixes) and name not in kept]:
        del os.environ[name]


def for_dbt(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the dbt process: locale, paths and the memory limit; no key, password or address."""
    return {name: value for name, value in environment.items() if name in _FOR_DBT or name.startswith("LC_")}
