"""Who took the debt, on the embedded sample: the parts are those of the documents, and prices are not issuance."""

from __future__ import annotations

import csv
import json
from itertools import pairwise

import pytest

from orchestration.sample import SAMPLE_FOLDER
from tests.installation import Installation

RELEASE = "2026-06-18"


def face_value() -> dict[str, float]:
    """Billions of dollars by month-end, read from the document itself."""
    content = json.loads((SAMPLE_FOLDER / "fiscaldata" / RELEASE / "mspd_table_1.json").read_bytes())
    return {line["record_date"]: float(line["debt_held_public_mil_amt"]) / 1000 for line in content["data"]}


def market_value() -> dict[str, float]:
    """Billions of dollars by month, YYYY-MM."""
    with (SAMPLE_FOLDER / "fred" / RELEASE / "MVMTD027MNFRBDAL.csv").open(newline="") as file:
        return {row["observation_date"][:7]: float(row["MVMTD027MNFRBDAL"]) for row in csv.DictReader(file)}


def test_net_issuance_is_the_change_of_the_face_value(loaded_sample: Installation) -> None:
    rows = dict(
        loaded_sample.query(
            "select month_end::varchar, net_issuance_usd_bn::double from marts.absorption_monthly "
            "where net_issuance_basis = 'face value'"
        )
    )
    changes = {after[0]: after[1] - before[1] for before, after in pairwise(face_value().items())}
    assert rows == pytest.approx(changes, abs=0.001)
    assert len(rows) == 136


def test_prices_are_not_issuance(loaded_sample: Installation) -> None:
    """In 2022 yields rose: the market value fell while the Treasury borrowed."""
    fell, issued, estimated, prices = loaded_sample.query(
        "select sum(market_value_change_usd_bn)::double, sum(net_issuance_usd_bn)::double, "
        "sum(net_issuance_estimated_usd_bn)::double, sum(price_effect_estimated_usd_bn)::double "
        "from marts.absorption_monthly where year(month_end) = 2022"
    )[0]
    market = market_value()
    assert fell == pytest.approx(market["2022-12"] - market["2021-12"], abs=0.1)
    assert fell < 0 < issued
    assert estimated == pytest.approx(fell - prices, abs=0.1)


def test_the_federal_reserve_took_most_of_the_debt_of_march_to_may_2020(loaded_sample: Installation) -> None:
    issued, fed, parts = loaded_sample.query(
        "select sum(net_issuance_usd_bn)::double, sum(fed_change_usd_bn)::double, "
        "sum(foreign_net_purchases_usd_bn + fed_change_usd_bn + domestic_residual_usd_bn)::double "
        "from marts.absorption_monthly where month_end between '2020-03-01' and '2020-05-31'"
    )[0]
    assert parts == pytest.approx(issued, abs=0.01)
    assert fed > issued / 2


def test_a_month_without_foreigners_has_no_residual(loaded_sample: Installation) -> None:
    newest = loaded_sample.query(
        "select missing, domestic_residual_usd_bn, foreign_share, net_issuance_usd_bn is not null "
        "from marts.absorption_monthly order by month_end desc limit 1"
    )[0]
    assert newest == ("no foreign net purchases", None, None, True)


def test_estimates_are_scaled_to_the_newest_debt(loaded_sample: Installation) -> None:
    found = dict(
        loaded_sample.query("select concat(study, ', ', horizon), low_bp_per_100_usd_bn_now from marts.yield_impact")
    )
    debt = list(market_value().values())[-1]
    assert found["beltran_2013, first month"] == pytest.approx(40 * 8942.856 / debt, abs=0.001)
    assert found["arslanalp_2014, long run"] == pytest.approx(6 * 100 * 100 / debt, abs=0.001)
