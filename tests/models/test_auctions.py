"""The mart of auctions repeats what was published: from the publisher's JSON through the parser and the models."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from orchestration.home import Home
from orchestration.sources import treasurydirect
from orchestration.tables.raw.treasury_auctions import TABLE
from orchestration.warehouse.dbt import build_models
from orchestration.warehouse.dbt_process import Dbt
from orchestration.warehouse.working import connect, start
from tests.unit.auction_documents import RESULTS, document, results_of

NOW = dt.datetime(2026, 10, 9, 23, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def auctions(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The mart, made of the published results and nothing else."""
    home = Home(tmp_path_factory.mktemp("auctions"))
    home.prepare()
    start(home, None)
    years = sorted({(one["type"], int(one["auctionDate"][:4])) for one in RESULTS})
    frames = [treasurydirect.parse(f"{kind}/{year}", document(results_of(kind, year)), NOW) for kind, year in years]
    rows = pd.concat(frames).assign(document_id="d", retrieved_at=NOW.replace(tzinfo=None), released_on=None)
    with connect(home) as connection:
        columns = ", ".join(TABLE.parsed_columns)
        connection.register("rows", rows)
        connection.execute(f"insert into raw.{TABLE.name} ({columns}) select {columns} from rows")
    results = build_models(home, Dbt(home.work), ["auctions"])
    assert [(result.unique_id, result.rows) for result in results if result.is_bad] == []
    with connect(home) as connection:
        return connection.execute("from marts.auctions").df().set_index(["cusip", "auction_date"])


@pytest.mark.parametrize(
    ("cusip", "day", "known"),
    [
        ("912810UW6", "2026-10-08", {"high_yield_pct": 5.618, "bid_to_cover": 2.54, "accepted_usd_bn": 22.523}),
        ("912810UW6", "2026-09-10", {"high_yield_pct": 5.308, "bid_to_cover": 2.61, "accepted_usd_bn": 22.0}),
        ("91282CQQ7", "2026-07-08", {"high_yield_pct": 4.58, "bid_to_cover": 2.59, "soma_usd_bn": 4.056}),
        ("91282CQZ7", "2026-07-07", {"high_yield_pct": 4.179, "bid_to_cover": 2.6, "offering_usd_bn": 58}),
        ("912810UX4", "2026-08-19", {"high_yield_pct": 5.204, "high_minus_median_bp": 5.7, "coupon_pct": 5.125}),
        ("912810US5", "2026-08-20", {"high_yield_pct": 2.973, "bid_to_cover": 2.82, "soma_usd_bn": 1.028}),
        ("912797SU2", "2026-08-24", {"high_yield_pct": 3.803, "discount_rate_pct": 3.715, "competitive_usd_bn": 89.86}),
        ("91282CRD5", "2026-08-26", {"discount_margin_pct": 0.055, "bid_to_cover": 3.14, "soma_usd_bn": 0}),
        ("91282CRH6", "2026-08-25", {"high_yield_pct": 4.204, "foreign_official_usd_bn": 0.155}),
        ("912797LC9", "2024-09-24", {"discount_rate_pct": 4.62, "bid_to_cover": 3.26, "noncompetitive_usd_bn": 0.241}),
    ],
)
def test_known_result_is_in_the_mart(auctions: pd.DataFrame, cusip: str, day: str, known: dict[str, float]) -> None:
    row = auctions.loc[(cusip, pd.Timestamp(day))]
    assert {name: float(row[name]) for name in known} == pytest.approx(known, abs=1e-9)


def test_shares_are_of_the_competitive_awards(auctions: pd.DataFrame) -> None:
    row = auctions.loc[("91282CQQ7", pd.Timestamp("2026-07-08"))]
    assert row["indirect_share"] == pytest.approx(31_720_938_500 / 38_923_847_700, abs=1e-6)
    assert row["direct_share"] == pytest.approx(4_175_493_900 / 38_923_847_700, abs=1e-6)
    assert row["dealer_share"] == pytest.approx(3_027_415_300 / 38_923_847_700, abs=1e-6)
    assert row["demand_score"] == pytest.approx((7_845_700_000 + 37_926_921_000) / 38_923_847_700, abs=1e-6)
    assert auctions["indirect_share"].notna().sum() == 14


def test_term_and_the_time_of_knowledge(auctions: pd.DataFrame) -> None:
    row = auctions.loc[("91282CQQ7", pd.Timestamp("2026-07-08"))]
    assert (row["term"], row["security_term"], row["is_reopening"]) == ("10-Year", "9-Year 10-Month", True)
    assert (row["known_at"], row["vintage_basis"]) == (pd.Timestamp("2026-07-08 22:00"), "reconstructed")
    assert auctions.loc[("912797SU2", pd.Timestamp("2026-08-24")), "term"] == "13-Week"
    assert auctions["demand_percentile"].isna().all(), "24 auctions of one term are needed"
