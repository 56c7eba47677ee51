"""`python -m tests.campaigns.stress`: the list from a shell.

`make stress` loads the files first, and writes the page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from pathlib import Path

from tests.campaigns.stress.acceptance import accept
from tests.campaigns.stress.page import page
from tests.campaigns.stress.rebuild import rebuild

CUTS = (dt.date(2005, 6, 30), dt.date(2015, 12, 31), dt.date(2020, 3, 20))


def main() -> int:
    """Measure, write, and say what was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.stress", description=__doc__)
    parser.add_argument(
        "--warehouse", type=Path, required=True, help="a published file, built from the publishers' files"
    )
    parser.add_argument("--page", type=Path, help="write the table here; else it is printed")
    parser.add_argument(
        "--ofr",
        type=Path,
        help="the OFR's fsi.csv in a folder named after its day, to compare with; else it is left out",
    )
    arguments = parser.parse_args()
    if not arguments.warehouse.exists():
        parser.error(f"there is no warehouse at {arguments.warehouse}: load one first")
    published = arguments.warehouse.resolve()
    with tempfile.TemporaryDirectory() as folder:
        cuts = [rebuild(published, Path(folder) / str(day), day) for day in CUTS]
        again = rebuild(published, Path(folder) / "again", ofr_index=arguments.ofr)
        tests = accept(published, cuts, again)
    text = page(tests)
    if arguments.page:
        arguments.page.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    missed = [test.number for test in tests if test.verdict == "missed"]
    sys.stderr.write(f"{len(tests)} tests, missed: {', '.join(missed) or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
