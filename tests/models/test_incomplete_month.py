"""A quarantined row must never change the ranks of the others.

Japan's newest row leaves raw for quarantine in a copy of the sample's warehouse; the marts, the summary and the brief
are then built from what is left.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.brief.figures import collect
from orchestration.brief.front import Front
from orchestration.brief.site import compose
from orchestration.home import Home
from orchestration.runs.summary import _largest_holders, _notice
from orchestration.warehouse.dbt import build_models
from orchestration.warehouse.dbt_process import Dbt
from orchestration.warehouse.working import connect, start
from tests.installation import Installation

JAPAN, NEWEST, BEFORE = "42609", "2026-04-30", "2026-03-31"
MARTS = (
    "holdings_trend",
    "holder_overtakes",
    "holdings_concentration",
    "holdings_divergence_index",
    "holdings_revisions",
    "release_status",
    "warehouse_info",
)


def test_a_row_in_quarantine_moves_nobody_up(loaded_sample: Installation, tmp_path: Path) -> None:
    home = Home(loaded_sample.copy(tmp_path / "home").home)
    start(home, None)
    with connect(home) as connection:
        japan = f"country_code = '{JAPAN}' and month_end = '{NEWEST}' and security_type = 'treasury'"
        connection.execute(
            f"insert into quarantine.tic_holdings select *, ['held'] from raw.tic_holdings where {japan}"
        )
        connection.execute(f"delete from raw.tic_holdings where {japan}")
        # The full history would fill the gap.
        connection.execute(f"delete from raw.tic_cslt where country_code = '{JAPAN}' and month_end = '{NEWEST}'")
    results = build_models(home, Dbt(home.work), MARTS)
    assert [result.unique_id for result in results if result.is_bad] == []

    with connect(home) as connection:

        def one(sql: str) -> object:
            return connection.execute(sql).fetchall()[0][0]

        # The United Kingdom would be first, and everyone else one place higher.
        trend = f"from marts.holdings_trend where month_end = '{NEWEST}'"
        assert one(f"select count(*) {trend} and is_month_complete") == 0
        assert one(f"select count(*) {trend} and holder_rank is not null") == 0
        assert one(f"select count(*) {trend} and (all_foreign_share is not null or is_record_high is not null)") == 0
        assert one(f"select count(*) from marts.holder_overtakes where month_end = '{NEWEST}'") == 0
        assert one(f"select largest_share from marts.holdings_concentration where month_end = '{NEWEST}'") is None
        assert one(f"select named_usd_bn from marts.holdings_concentration where month_end = '{NEWEST}'") is None
        assert one("select max(month_end)::varchar from marts.holdings_divergence_index") == BEFORE
        assert one(f"select count(holder_rank) from marts.holdings_revisions where month_end = '{NEWEST}'") == 0
        assert one(f"select status from marts.release_status where month_end = '{NEWEST}'") == "incomplete"
        # The month before is as it was.
        first = f"from marts.holdings_trend where month_end = '{BEFORE}' and instrument = 'total' and holder_rank = 1"
        assert one(f"select country {first}") == "Japan"

        said = "April 2026 is incomplete without Japan: ranks, shares and sums are those of March 2026."
        assert any(said in line for line in _notice(connection))
        summary = _largest_holders(connection)
        assert "March 2026" in summary[0]
        assert "Japan" in summary[2]
        front = compose(collect(connection), ()).pages[0]
        assert isinstance(front, Front)
        assert said in " ".join(front.late)
