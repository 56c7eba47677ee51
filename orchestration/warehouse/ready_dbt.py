"""A program: dbt, with its imports done, waiting for one line that says what to do. They take seconds.

Belongs here: nothing more. `transform.py` starts it, by its path, with what it needs in the environment.

The line is dbt's arguments as JSON. Without one, and that is also what a parent that was killed says, it ends.
"""

import gc
import json
import sys
from importlib import import_module

from dbt.cli.main import cli

LATER = ("dbt.adapters.duckdb", "dbt.task.build")
"""What dbt imports only when it knows what to do."""

if __name__ == "__main__":
    for module in LATER:
        import_module(module)
    # dbt holds hundreds of thousands of objects to its end: looking through them for garbage took a tenth of its time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    line = sys.stdin.readline()
    if line:
        cli.main(json.loads(line), prog_name="dbt")
