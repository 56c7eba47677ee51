"""A program: dbt with its imports done, which take seconds, waiting for one line with a command.

Belongs here: nothing else. `dbt_process.py` starts it by its path.

The line is dbt's arguments as JSON. Without a line, also because the parent was killed, it ends.
"""

import gc
import json
import sys
from importlib import import_module

from dbt.cli.main import cli

LATER = ("dbt.adapters.duckdb", "dbt.task.build")
"""Modules that dbt would import only when it knows the command."""

if __name__ == "__main__":
    for module in LATER:
        import_module(module)
    # dbt keeps hundreds of thousands of objects until it ends: garbage collection of them took a tenth of its time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    line = sys.stdin.readline()
    if line:
        cli.main(json.loads(line), prog_name="dbt")
