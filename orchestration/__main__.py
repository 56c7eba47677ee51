"""The program: `tidemark`, or `python -m orchestration`.

Belongs here: what must happen before our libraries are imported. Does not belong here: the commands (`cli.py`). Python
3.9 can read this file, so that an old interpreter prints a clear message.
"""

import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)


def main() -> None:
    """Check the interpreter, set up standard streams, signals and environment, and run the command."""
    found = ".".join(map(str, sys.version_info[:3]))
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(f"Tidemark needs Python 3.11, 3.12 or 3.13. This is Python {found}, {sys.executable}.")
    from orchestration.console import open_standard_streams
    from orchestration.interrupts import watching

    # First: the next file or pipe that is opened takes the place of a closed stream.
    open_standard_streams()
    with watching():
        _run()


def _run() -> None:
    from orchestration.environment import isolate_python

    isolate_python()
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
