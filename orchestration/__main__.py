"""The program `tidemark`, and `python -m orchestration`: the same commands.

Belongs here: starting the command line, or saying what is missing for it. Does not belong here: any command (`cli.py`).
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the command line."""
    try:
        from orchestration.cli import cli
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("orchestration", "tidemark"):
            raise
        sys.exit(
            f"This command needs the pipeline, and {error.name} is not installed. Install it with: "
            "pip install 'tidemark-warehouse[pipeline]'. To query a warehouse from Python, only import tidemark."
        )
    is_module = Path(sys.argv[0]).name == "__main__.py"
    cli(prog_name=f"{Path(sys.executable).name} -m orchestration" if is_module else "tidemark")


if __name__ == "__main__":
    main()
