"""A second release of the full history, with 0.2 percent of new values: raw gets a row for each changed value.

At full size: `python -m tests.campaigns.bench.full_history`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.home import Home
from orchestration.sample import SAMPLE_FOLDER
from orchestration.warehouse.working import connect, start
from tests.campaigns.bench.full_history import load, releases


def test_raw_gets_a_row_for_each_changed_value(tmp_path: Path) -> None:
    shutil.copyfile(SAMPLE_FOLDER / "tic" / "2026-06-18" / "cslt.zip", tmp_path / "0.zip")
    changed = releases(tmp_path)
    home = Home(tmp_path / "home")
    home.prepare()
    start(home, None)
    _, first, rules = load(home, tmp_path, 0)
    assert rules == []
    _, second, rules = load(home, tmp_path, 1)
    assert rules == []
    assert (second.loaded, second.unchanged, second.retracted) == (changed, first.loaded - changed, 0)
    with connect(home) as connection:
        assert connection.execute("select count(*) from raw.tic_cslt").fetchone() == (first.loaded + changed,)
        # Each differs from the one before in one of its three values, by a million.
        assert connection.execute(
            """
            select count(*)
            from raw.tic_cslt as now
            inner join raw.tic_cslt as before using (series, country_code, month_end)
            where now.document_id = 'd1' and before.document_id = 'd0'
                and coalesce(now.holdings - before.holdings, 0) + coalesce(now.net_sales - before.net_sales, 0)
                    + coalesce(now.valuation_change - before.valuation_change, 0) = 1
            """
        ).fetchone() == (changed,)
    assert changed > 100
