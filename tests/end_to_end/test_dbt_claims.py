"""Every column of a mart that has a bound: a value beyond it is found, and named, by a test of dbt.

The tests are those that the load of the sample compiled; each flaw is put into a copy of what it published, and taken
out again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.conftest import Installation

# The flaw (mart, what is set, in one row that is so), the test that finds it, and what it says of it.
FLAWS = [
    (
        "fct_holdings",
        "country_code = '00000'",
        "true",
        "columns_hold_fct_holdings",
        "country_code is not in dim_country",
    ),
    ("fct_holdings", "country = null", "true", "columns_hold_fct_holdings", "country is null"),
    ("fct_holdings", "month_end = month_end - 1", "true", "columns_hold_fct_holdings", "not so: the month ends"),
    ("fct_holdings", "instrument = 'notes'", "true", "columns_hold_fct_holdings", "instrument is none of total,"),
    (
        "fct_holdings",
        "holdings_usd_bn = -0.001",
        "true",
        "columns_hold_fct_holdings",
        "holdings_usd_bn is below 0: -0.001",
    ),
    ("fct_holdings", "holdings_usd_bn = null", "true", "columns_hold_fct_holdings", "holdings_usd_bn is null"),
    (
        "fct_holdings",
        "net_sales_usd_bn = 10001",
        "true",
        "columns_hold_fct_holdings",
        "net_sales_usd_bn is above 10000",
    ),
    (
        "fct_holdings",
        "valuation_change_usd_bn = 1",
        "instrument = 'bills'",
        "columns_hold_fct_holdings",
        "bills stand at",
    ),
    ("fct_holdings", "valuation_change_usd_bn = -10001", "true", "columns_hold_fct_holdings", "is below -10000"),
    ("fct_holdings", "other_change_usd_bn = 0", "is_break", "columns_hold_fct_holdings", "no change is read across"),
    ("fct_holdings", "source_series = 'mfh'", "true", "columns_hold_fct_holdings", "source_series is none of"),
    ("fct_holdings", "released_on = month_end", "true", "columns_hold_fct_holdings", "it came out after the month"),
    (
        "fct_holdings",
        "known_at = released_on - 1",
        "true",
        "columns_hold_fct_holdings",
        "it was known from its release on",
    ),
    ("fct_holdings", "vintage_basis = 'corrected'", "true", "columns_hold_fct_holdings", "names its correction"),
    (
        "fct_holdings",
        "correction_id = 'none'",
        "true",
        "columns_hold_fct_holdings",
        "correction_id is not in dim_correction",
    ),
    ("fct_holdings", "holdings_usd_bn = holdings_usd_bn + 1", "false", "grain_is_fct_holdings", ""),
    ("fct_holdings_vintages", "holdings_usd_bn = 100001", "true", "columns_hold_fct_holdings_vintages", "above 100000"),
    ("fct_holdings_vintages", "is_break = null", "true", "columns_hold_fct_holdings_vintages", "is_break is null"),
    (
        "holdings_trend",
        "change_1m_usd_bn = 10001",
        "true",
        "columns_hold_holdings_trend",
        "change_1m_usd_bn is above 10000",
    ),
    ("holdings_trend", "change_1m_usd_bn = 0", "is_break", "columns_hold_holdings_trend", "no change is read across"),
    (
        "holdings_trend",
        "change_12m_pct = -100.1",
        "true",
        "columns_hold_holdings_trend",
        "change_12m_pct is below -100",
    ),
    (
        "holdings_trend",
        "change_12m_usd_bn = -change_12m_usd_bn",
        "change_12m_pct > 0",
        "columns_hold_holdings_trend",
        "has the sign of",
    ),
    (
        "holdings_trend",
        "all_foreign_share = 1.1",
        "true",
        "columns_hold_holdings_trend",
        "all_foreign_share is above 1.0001",
    ),
    (
        "holdings_trend",
        "all_foreign_share = 0.9",
        "country_code = '99996'",
        "columns_hold_holdings_trend",
        "the Grand Total is all",
    ),
    ("holdings_trend", "holder_rank = 0", "true", "columns_hold_holdings_trend", "holder_rank is below 1: 0"),
    ("holdings_trend", "holder_rank = holder_rank + 1000", "holder_rank = 3", "assert_ranks_have_no_gap", ""),
    ("holdings_trend", "holder_rank = 3", "holder_rank = 4", "assert_ranks_have_no_gap", ""),
    ("holdings_trend", "holdings_usd_bn = 0", "holder_rank = 3", "assert_ranks_have_no_gap", ""),
    ("holdings_trend", "known_at = month_end", "true", "columns_hold_holdings_trend", "it was known after the month"),
    (
        "fct_holdings",
        "other_change_usd_bn = other_change_usd_bn + 0.001",
        "other_change_usd_bn is not null",
        "assert_change_is_net_sales_valuation_and_other",
        "",
    ),
    (
        "fct_holdings",
        "country_code = '10308'",
        "country_code = '42609' and instrument = 'total' and month_end = '2010-05-31'",
        "assert_history_has_no_hole",
        "",
    ),
    (
        "fct_observations",
        "series_id = 'NONE'",
        "true",
        "columns_hold_fct_observations",
        "series_id is not in dim_series",
    ),
    ("fct_observations", "value = null", "true", "columns_hold_fct_observations", "value is null"),
    (
        "fct_observations",
        "known_at = date",
        "vintage_basis = 'reconstructed'",
        "columns_hold_fct_observations",
        "on the usual day",
    ),
    (
        "fct_observations",
        "vintage_basis = 'guessed'",
        "true",
        "columns_hold_fct_observations",
        "vintage_basis is none of",
    ),
    (
        "fct_observations",
        "publisher = 'ecb'",
        "true",
        "columns_hold_fct_observations",
        "publisher is none of fred, treasury",
    ),
    (
        "fct_observation_vintages",
        "publisher = null",
        "true",
        "columns_hold_fct_observation_vintages",
        "publisher is null",
    ),
    (
        "fct_crypto_daily",
        "open_usd = 0",
        "open_usd is not null",
        "columns_hold_fct_crypto_daily",
        "open_usd is not above 0",
    ),
    ("fct_crypto_daily", "close_usd = null", "true", "columns_hold_fct_crypto_daily", "close_usd is null"),
    ("fct_crypto_daily", "volume = -1", "true", "columns_hold_fct_crypto_daily", "volume is below 0"),
    (
        "fct_crypto_daily",
        "volume = null",
        "venue <> 'coinbase_via_fred'",
        "columns_hold_fct_crypto_daily",
        "of an exchange is whole",
    ),
    ("fct_crypto_daily", "venue = 'ftx'", "true", "columns_hold_fct_crypto_daily", "venue is none of coinbase"),
    ("fct_crypto_daily", "date = '2008-01-01'", "true", "columns_hold_fct_crypto_daily", "date is not above"),
    (
        "fct_crypto_daily",
        "known_at = date",
        "venue <> 'coinbase_via_fred'",
        "columns_hold_fct_crypto_daily",
        "when its day is over",
    ),
    ("liquidity_stress_daily", "vix = 0", "true", "columns_hold_liquidity_stress_daily", "vix is not above 0"),
    (
        "liquidity_stress_daily",
        "yield_10y_pct = 42",
        "true",
        "columns_hold_liquidity_stress_daily",
        "is above 25: 42.0",
    ),
    (
        "liquidity_stress_daily",
        "yield_2y_pct = 0.035",
        "yield_2y_pct > 1",
        "columns_hold_liquidity_stress_daily",
        "the slope is",
    ),
    (
        "liquidity_stress_daily",
        "sp500_drawdown_pct = 0.1",
        "true",
        "columns_hold_liquidity_stress_daily",
        "is above 0: 0.1",
    ),
    (
        "liquidity_stress_daily",
        "btc_drawdown_pct = -101",
        "true",
        "columns_hold_liquidity_stress_daily",
        "is below -100",
    ),
    (
        "liquidity_stress_daily",
        "btc_volatility_pct = -1",
        "true",
        "columns_hold_liquidity_stress_daily",
        "is below 0: -1",
    ),
    (
        "liquidity_stress_daily",
        "baa_spread_pct = 226",
        "true",
        "columns_hold_liquidity_stress_daily",
        "is above 30: 226",
    ),
    (
        "liquidity_stress_daily",
        "composite_z = 21",
        "true",
        "columns_hold_liquidity_stress_daily",
        "composite_z is above 20",
    ),
    (
        "liquidity_stress_daily",
        "composite_z = null",
        "indicators_present = 4",
        "columns_hold_liquidity_stress",
        "stands on two",
    ),
    (
        "liquidity_stress_daily",
        "indicators_present = 5",
        "true",
        "columns_hold_liquidity_stress_daily",
        "is above 4: 5",
    ),
    ("liquidity_stress_daily", "date = '2026-01-04'", "true", "columns_hold_liquidity_stress_daily", "at the weekend"),
    (
        "liquidity_stress_daily",
        "known_at = date - 1",
        "true",
        "columns_hold_liquidity_stress_daily",
        "on the day or after",
    ),
    ("dim_country", "region = 'Europa'", "true", "columns_hold_dim_country", "region is none of"),
    ("dim_country", "country_code = '1'", "true", "columns_hold_dim_country", "a code has five characters"),
    ("dim_country", "iso_alpha2 = 'dk'", "iso_alpha2 = 'DK'", "columns_hold_dim_country", "two letters in ISO 3166"),
    ("dim_country", "is_memo = true", "not is_aggregate", "columns_hold_dim_country", "a memo row is no country"),
    ("dim_country", "is_custodial_centre = true", "is_aggregate", "columns_hold_dim_country", "only a country is"),
    ("dim_series", "frequency = 'X'", "true", "columns_hold_dim_series", "frequency is none of"),
    (
        "dim_series",
        "may_be_redistributed = true",
        "series_id = 'VIXCLS'",
        "columns_hold_dim_series",
        "may be passed on",
    ),
    ("dim_series", "publication_lag_days = -1", "true", "columns_hold_dim_series", "publication_lag_days is below 0"),
    ("dim_correction", "status = 'maybe'", "true", "columns_hold_dim_correction", "status is none of active, ended"),
    ("dim_correction", "why = null", "true", "columns_hold_dim_correction", "why is null"),
    (
        "dim_correction",
        "known_since = period - 1",
        "period > '2000-01-01'",
        "columns_hold_dim_correction",
        "not known before",
    ),
    (
        "dim_correction",
        "corrected_value = null",
        "action = 'replace'",
        "columns_hold_dim_correction",
        "what it should be",
    ),
    ("dim_correction", "rule = null", "action = 'accept'", "columns_hold_dim_correction", "names the rule"),
    (
        "dim_correction",
        "status = 'ended'",
        "is_in_force",
        "columns_hold_dim_correction",
        "only what is active is in force",
    ),
    (
        "warehouse_info",
        "is_simulated = not is_simulated",
        "true",
        "columns_hold_warehouse_info",
        "a simulation says so",
    ),
    ("warehouse_info", "documents_loaded = 0", "true", "columns_hold_warehouse_info", "documents_loaded is below 1"),
    ("warehouse_info", "newest_holdings_month_end = '2030-01-31'", "true", "columns_hold_warehouse_info", "not over"),
]


class Claims:
    """A published file that may be spoilt, and the tests that a load compiled."""

    def __init__(self, file: Path, run_results: Path) -> None:
        self.connection = duckdb.connect(str(file))
        results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
        self.tests = {
            result["unique_id"].split(".")[2]: result["compiled_code"]
            for result in results
            if result["unique_id"].startswith("test.")
        }

    def test(self, beginning: str) -> str:
        """The query of the one test that is called so."""
        exact = self.tests.get(beginning)
        if exact is not None:
            return str(exact)
        (found,) = [code for name, code in self.tests.items() if name.startswith(beginning)]
        return str(found)


@pytest.fixture(scope="module")
def claims(
    installation_of: Callable[[str], Installation], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Claims]:
    installation = installation_of("claims")
    installation.load_well()
    file = tmp_path_factory.mktemp("spoilt") / "tidemark.duckdb"
    shutil.copyfile(installation.published.resolve(), file)
    claims = Claims(file, installation.home / "dbt" / "run_results.json")
    yield claims
    claims.connection.close()


@pytest.mark.parametrize(("mart", "flaw", "where", "test", "said"), FLAWS)
def test_a_value_beyond_a_bound_is_found_and_named(
    claims: Claims, mart: str, flaw: str, where: str, test: str, said: str
) -> None:
    query = claims.test(test)
    connection = claims.connection
    assert connection.execute(query).fetchall() == [], "the test passes on what was published"
    connection.execute("begin")
    try:
        if where == "false":  # no flaw of a value: a key that stands twice
            connection.execute(f"insert into marts.{mart} from marts.{mart} limit 1")
        else:
            (row,) = connection.execute(f"select min(rowid) from marts.{mart} where {where}").fetchone() or (None,)
            assert row is not None, "no row to spoil"
            connection.execute(f"update marts.{mart} set {flaw} where rowid = {row}")
        rows = connection.execute(query).fetchall()
    finally:
        connection.execute("rollback")
    assert rows, "the flaw passed"
    assert any(said in str(row[0]) for row in rows), rows[:3]


def test_every_mart_has_a_test_of_its_grain_and_one_of_its_columns(claims: Claims) -> None:
    marts = claims.connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
    for (mart,) in marts:
        assert claims.test(f"columns_hold_{mart}")
        assert claims.test(f"has_one_row_{mart}" if mart == "warehouse_info" else f"grain_is_{mart}")
