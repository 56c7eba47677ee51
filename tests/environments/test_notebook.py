"""The notebook of `docs/use`, run as a script by an analyst who has the client, marimo and pandas."""

from __future__ import annotations

import re
import subprocess

from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation
from tests.other_environments import python_with


def test_the_notebook_answers_its_questions(loaded_sample: Installation) -> None:
    run = subprocess.run(
        [python_with("notebook"), PROJECT_ROOT / "docs" / "use" / "notebook.py"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT_ROOT), "TIDEMARK_HOME": str(loaded_sample.home)},
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers = dict(re.findall(r"\n(\w+)\n(.+?)\n(?=\n|$)", run.stdout + "\n", re.DOTALL))
    assert list(answers) == ["china", "then", "now", "both_sides", "yields", "claims"]
    china = (
        "select net_sales_usd_bn::varchar from marts.holdings_decomposition "
        "where country_code = '41408' and window_months = 12 order by month_end desc limit 1"
    )
    assert loaded_sample.one(china) in answers["china"]
    assert re.search(r"2025-11-30 +682\.600", answers["then"]), "as first published, not as revised"
    assert not re.search(r"2025-11-30 +682\.600", answers["now"])
    assert "China, Mainland" in answers["both_sides"]
    newest = "select max(date)::varchar from marts.fct_observations where series_id = 'DGS10' and value is not null"
    assert loaded_sample.one(newest) in answers["yields"]
    first = "select claim from marts.thesis_scorecard order by claim_number limit 1"
    assert loaded_sample.one(first) in answers["claims"]
