"""`python -m orchestration`: the same commands as `tidemark`."""

import sys
from pathlib import Path

from orchestration.cli import cli

if __name__ == "__main__":
    cli(prog_name=f"{Path(sys.executable).name} -m orchestration")
