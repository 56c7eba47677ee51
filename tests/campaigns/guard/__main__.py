"""`python -m tests.campaigns.guard`: the campaign from a shell. `make guard` writes docs/measured/guard.md."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from tests.campaigns.guard.campaign import Campaign, Plan, chosen, control
from tests.campaigns.guard.editions import CSLT
from tests.campaigns.guard.harness import SITUATIONS
from tests.campaigns.guard.scoreboard import missed, page

REAL_FILES = PROJECT_ROOT.parent / "shared" / "data"


def main() -> int:
    """Run the selected operators; returns 1 if a harmful change was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.guard", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="operators whose names contain a word")
    parser.add_argument("--exact", action="store_true", help="--only has exact names")
    parser.add_argument("--situation", choices=SITUATIONS, action="append", help="default: both")
    parser.add_argument("--jobs", type=int, default=2, help="loads side by side")
    parser.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="N",
        help="of the operators that need a first load of their own, run every Nth (default: all)",
    )
    parser.add_argument("--page", type=Path, help="write the scoreboard here")
    parser.add_argument("--json", type=Path, help="write all observations here")
    parser.add_argument("--whole", action="store_true", help="a whole load each, also where nothing wrong enters raw")
    parser.add_argument("--no-control", action="store_true", help="leave out the load of the unchanged real files")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="work in this folder from scratch, and keep the homes"
    )
    parser.add_argument(
        "--work", type=Path, metavar="FOLDER", help="work in this folder, and continue from its content"
    )
    parser.add_argument("--list", action="store_true", help="list the operators, and leave")
    arguments = parser.parse_args()
    operators = chosen(arguments.only, exact=arguments.exact)
    if not arguments.only:
        # Their edition has invented years before 2020, which the models would compare with real ones. A test holds
        # these operators against the rules without a load: tests/real/test_guard_history.py.
        operators = [operator for operator in operators if CSLT not in operator.touches]
    if arguments.list:
        for operator in operators:
            print(f"{operator.name}: {operator.says}")
        return 0
    if not (REAL_FILES / "manifest.csv").is_file():
        print(f"No real publisher files at {REAL_FILES}: clone them next to the project.", file=sys.stderr)
        return 2
    begun = time.monotonic()
    scratch = arguments.keep or arguments.work or Path(tempfile.mkdtemp(prefix="tidemark-guard-"))
    try:
        plan = Plan(
            REAL_FILES,
            scratch,
            operators,
            arguments.situation or SITUATIONS,
            arguments.jobs,
            keep=arguments.keep is not None,
            resume=arguments.work is not None,
            whole=arguments.whole,
            every=arguments.every,
        )
        campaign = Campaign(plan)
        controls = [] if arguments.no_control else control(plan)
        scores = campaign.run()
    finally:
        if arguments.keep is None and arguments.work is None:
            shutil.rmtree(scratch, ignore_errors=True)
    if arguments.json:
        observations = {
            f"{name} {situation}": vars(score.seen)
            | {"judgement": score.judgement, "must": score.operator.must(situation)}
            for (name, situation), score in scores.items()
        }
        arguments.json.write_text(json.dumps(observations, indent=1), encoding="utf-8")
    if arguments.page:
        arguments.page.parent.mkdir(exist_ok=True)
        arguments.page.write_text(page(scores, controls), encoding="utf-8")
    bad = missed(scores)
    alarms = [alarm for one in controls for alarm in one.alarms]
    for score in bad:
        found = score.seen.wrong or score.seen.unequal or score.seen.lost
        print(f"{score.judgement}: {score.operator.name}, {score.situation}: became {score.seen.became}; {found}")
    for alarm in alarms:
        print(f"false alarm on a real file: {alarm}")
    minutes = (time.monotonic() - begun) / 60
    print(
        f"{len(scores)} mutants, {len(bad)} not as they must be, in {minutes:.1f} minutes, {os.cpu_count()} processors"
    )
    return int(bool(bad or alarms))


if __name__ == "__main__":
    sys.exit(main())
