"""The real publisher files, from the manifest to the published warehouse, and what it must show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.conftest import Installation

CHINA, DENMARK, JAPAN, UNITED_KINGDOM, GRAND_TOTAL = "41408", "10502", "42609", "13005", "99996"
MARTS_WITH_KNOWN_AT = (
    "fct_holdings",
    "fct_holdings_vintages",
    "holdings_trend",
    "fct_observations",
    "fct_observation_vintages",
    "fct_crypto_daily",
    "liquidity_stress_daily",
)


@pytest.fixture(scope="module")
def loaded(installation_of: Callable[[str], Installation], real_files: Path) -> Installation:
    installation = installation_of("real")
    installation.load_well(source=real_files)
    return installation


def _total(loaded: Installation, country: str, month: str) -> Decimal:
    value = loaded.one(
        f"select holdings_usd_bn from marts.fct_holdings "
        f"where country_code = '{country}' and month_end = last_day(date '{month}-01') and instrument = 'total'"
    )
    assert isinstance(value, Decimal)
    return value


@pytest.mark.parametrize(
    ("country", "month", "holdings"),
    [(CHINA, "2025-11", "683.862"), (DENMARK, "2025-10", "9.130"), (DENMARK, "2016-04", "23.770")],
)
def test_known_holdings(loaded: Installation, country: str, month: str, holdings: str) -> None:
    assert _total(loaded, country, month) == Decimal(holdings)


@pytest.mark.parametrize(
    ("country", "first", "last"),
    [
        (DENMARK, "2011-01-31", "2026-04-30"),
        (JAPAN, "2000-03-31", "2026-04-30"),
        (CHINA, "2000-03-31", "2026-04-30"),
        (GRAND_TOTAL, "2000-03-31", "2026-04-30"),
    ],
)
def test_the_history_has_no_hole(loaded: Installation, country: str, first: str, last: str) -> None:
    missing = loaded.query(
        f"""
        select cast(last_day(month) as varchar)
        from range(timestamp '{first}', timestamp '{last}' + interval 1 day, interval 1 month) as months(month)
        anti join (
            select month_end from marts.fct_holdings where country_code = '{country}' and instrument = 'total'
        ) on last_day(month) = month_end
        """
    )
    assert missing == []


def test_no_change_is_read_across_a_rebasing(loaded: Installation) -> None:
    assert _total(loaded, CHINA, "2010-07") - _total(loaded, CHINA, "2010-06") == Decimal("3.0")
    breaks = loaded.query(
        f"select month_end, change_1m_usd_bn from marts.holdings_trend "
        f"where country_code = '{CHINA}' and instrument = 'total' and is_break and month_end < '2012-01-31'"
    )
    assert dt.date(2010, 6, 30) in [month for month, _ in breaks]
    assert {change for _, change in breaks} == {None}


def test_both_columns_of_a_break_month_are_in_raw(loaded: Installation) -> None:
    values = loaded.query(
        f"select series, holdings from raw.tic_holdings "
        f"where country_code = '{CHINA}' and month_end = '2010-06-30' and series like 'mfhhis01%' order by 1"
    )
    assert values == [("mfhhis01", Decimal("1112.100")), ("mfhhis01_old_basis", Decimal("843.700"))]


def test_march_2026_fell_by_prices_and_not_by_sales(loaded: Installation) -> None:
    rows = loaded.query(
        f"""
        select
            country_code, round(net_sales_usd_bn, 1), round(valuation_change_usd_bn, 1),
            round(other_change_usd_bn, 1)
        from marts.fct_holdings
        where month_end = '2026-03-31' and instrument = 'total'
            and country_code in ('{GRAND_TOTAL}', '{JAPAN}', '{UNITED_KINGDOM}')
        order by 1
        """
    )
    assert [[str(value) for value in row] for row in rows] == [
        [UNITED_KINGDOM, "37.7", "-24.7", "16.6"],
        [JAPAN, "-23.9", "-18.0", "-5.9"],
        [GRAND_TOTAL, "-3.3", "-142.1", "7.0"],
    ]


def test_what_a_publisher_stopped_serving_stays(loaded: Installation) -> None:
    first, last, largest_gap = loaded.query(
        """
        select min(date), max(date), max(gap)
        from (
            select date, date - lag(date) over (order by date) as gap
            from marts.fct_observations where series_id = 'BAMLH0A0HYM2'
        )
        """
    )[0]
    assert (first, last) == (dt.date(1996, 12, 31), dt.date(2026, 7, 28))
    assert largest_gap <= 5


def test_a_re_estimated_series_has_two_vintages(loaded: Installation) -> None:
    vintages = loaded.query(
        "select value, vintage_basis from marts.fct_observation_vintages "
        "where series_id = 'NFCI' and date = '2026-03-20' order by known_at"
    )
    assert vintages == [(-0.47504, "reconstructed"), (-0.458, "observed")]


def test_bitcoin_has_one_row_a_day_but_one_that_nobody_published(loaded: Installation) -> None:
    missing = loaded.query(
        """
        select cast(day as date)
        from range(timestamp '2016-01-01', timestamp '2026-08-14', interval 1 day) as days(day)
        anti join (select date from marts.fct_crypto_daily where symbol = 'BTC') on cast(day as date) = date
        """
    )
    assert missing == [(dt.date(2020, 9, 4),)]
    assert loaded.one("select count(*) - count(distinct (symbol, date)) from marts.fct_crypto_daily") == 0


def test_first_prints_and_revisions_of_the_united_kingdom(loaded: Installation) -> None:
    values = loaded.query(
        f"select holdings_usd_bn, cast(known_at as date) from marts.fct_holdings_vintages "
        f"where country_code = '{UNITED_KINGDOM}' and month_end = '2025-11-30' and instrument = 'total' "
        "order by known_at"
    )
    assert [(str(value), str(day)) for value, day in values] == [
        ("888.500", "2026-01-15"),
        ("889.000", "2026-03-18"),
        ("879.800", "2026-05-18"),
        ("879.817", "2026-06-18"),
    ]


@pytest.mark.parametrize("attached_as", [None, "tidemark", "x"])
def test_functions_answer_for_another_day_opened_and_attached(loaded: Installation, attached_as: str | None) -> None:
    if attached_as is None:
        connection, prefix, argument = duckdb.connect(str(loaded.published), read_only=True), "", ""
    else:
        connection = duckdb.connect()
        connection.execute(f"attach '{loaded.published}' as {attached_as} (read_only)")
        prefix = f"{attached_as}."
        argument = "" if attached_as == "tidemark" else f", warehouse := '{attached_as}'"
    with connection:
        china = connection.execute(
            f"select holdings_usd_bn from {prefix}marts.holdings_as_of(date '2026-01-20'{argument}) "
            f"where country_code = '{CHINA}' and instrument = 'total' and month_end = '2025-11-30'"
        ).fetchall()
        newest = connection.execute(
            f"select max(date) from {prefix}marts.observations_as_of(date '2020-03-20'{argument})"
        ).fetchall()
    assert china == [(Decimal("682.600"),)]
    assert newest == [(dt.date(2020, 3, 19),)]


def test_every_document_is_accounted_for(loaded: Installation, real_files: Path) -> None:
    lines = (real_files / "manifest.csv").read_text(encoding="utf-8").splitlines()
    assert loaded.one("select count(*) from raw.documents") == len(lines) - 1
    assert loaded.query("select dataset from raw.documents where status = 'dead'") == [("mfh",)]
    assert loaded.one("select reason from raw.documents where status = 'dead'").count("slt_table5.txt") == 1
    assert [
        name for (name,) in loaded.query("select dataset from raw.documents where status = 'not_used' order by 1")
    ] == [
        "ACMTP10.csv",
        "Binance_BTCUSDT_d.csv",
        "country_codes.csv",
        "published_figures.csv",
        "slt_table2.txt",
    ]
    assert loaded.one("select count(*) from raw.documents where rows_offered <> rows_loaded + rows_unchanged") == 0


@pytest.mark.parametrize("table", ["tic_holdings", "fred_observations", "treasury_par_yields", "crypto_candles"])
def test_every_row_of_raw_leads_back_to_its_document(loaded: Installation, table: str) -> None:
    assert loaded.one(f"select count(*) from raw.{table}") > 0
    assert loaded.one(f"select count(*) from raw.{table} anti join raw.documents using (document_id)") == 0


def test_every_figure_published_in_a_release_is_in_the_vintages(loaded: Installation, real_files: Path) -> None:
    """What each release said, where a file of the archive holds that release, or the press quoted it."""
    published = real_files / "tic" / "published_figures.csv"
    missing = loaded.query(
        f"""
        with published as (
            select release_date, country, last_day(strptime(month, '%Y-%m')::date) as month_end, holdings_bn
            from read_csv('{published}', types = {{'month': 'varchar'}})
            where (coverage = 'press' or coverage like '2 months%' or release_date in ('2026-03-18', '2026-06-18'))
                and country <> 'All Other'
                and country in (select country from marts.dim_country)
        )

        select published.*
        from published
        anti join marts.fct_holdings_vintages as vintages
            on vintages.country = published.country
            and vintages.month_end = published.month_end
            and vintages.instrument = 'total'
            and abs(vintages.holdings_usd_bn - published.holdings_bn) <= 0.0501
            and vintages.known_at < published.release_date + interval 1 day
        """
    )
    assert missing == []


def test_a_second_load_adds_no_row_and_another_home_is_equal(
    loaded: Installation, installation_of: Callable[[str], Installation], real_files: Path, tmp_path: Path
) -> None:
    tables = ("documents", "tic_holdings", "fred_observations", "treasury_par_yields", "crypto_candles")
    before = {table: loaded.query(f"select count(*), max(retrieved_at) from raw.{table}") for table in tables}
    first = loaded.export_marts(tmp_path / "first")
    loaded.load_well(source=real_files)
    assert {table: loaded.query(f"select count(*), max(retrieved_at) from raw.{table}") for table in tables} == before
    assert loaded.export_marts(tmp_path / "second") == first

    other = installation_of("other")
    other.load_well(source=real_files)
    assert other.export_marts(tmp_path / "other") == first


@pytest.mark.parametrize("as_of", ["2026-04-01", "2026-01-20", "2020-03-20"])
def test_a_warehouse_of_another_day_knows_nothing_later(
    loaded: Installation, real_files: Path, as_of: str, tmp_path: Path
) -> None:
    then = loaded.copy(tmp_path / "then")
    then.load_well(source=real_files, as_of=as_of)
    for mart in MARTS_WITH_KNOWN_AT:
        newest = then.one(f"select max(known_at) from marts.{mart}")
        assert newest.date() <= dt.date.fromisoformat(as_of), mart
    for mart, function in (("fct_holdings", "holdings_as_of"), ("fct_observations", "observations_as_of")):
        assert then.query(f"select * from marts.{mart} order by all") == loaded.query(
            f"select * from marts.{function}(date '{as_of}') order by all"
        )
    if as_of == "2020-03-20":
        for mart in ("fct_observations", "fct_crypto_daily", "liquidity_stress_daily"):
            assert then.one(f"select max(date) from marts.{mart}") == dt.date(2020, 3, 19)
        assert then.one("select max(month_end) from marts.fct_holdings") == dt.date(2020, 1, 31)
    if as_of == "2026-01-20":
        assert _total(then, CHINA, "2025-11") == Decimal("682.600")
