"""The short summary that ends a load: what is in the published warehouse, for a person at a shell.

Belongs here: queries on the published file and their layout as text. Does not belong here: anything that changes it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

SAMPLE_QUERY = (
    "select month_end, holdings_usd_bn, known_at from marts.fct_holdings_vintages "
    "where country = 'China, Mainland' and instrument = 'total' order by month_end desc, known_at limit 12"
)

_LOADED = """
with tic as (
    select
        'TIC' as source,
        count(*) as rows,
        count(distinct month_end) as periods,
        count(distinct document_id) as vintages,
        min(month_end) as first_day,
        max(month_end) as last_day
    from raw.tic_holdings
),

fred as (
    select
        'FRED', count(*), count(distinct date_trunc('month', date)), count(distinct document_id),
        min(date), max(date)
    from raw.fred_observations
),

treasury as (
    select
        'Treasury', count(*), count(distinct date_trunc('month', date)), count(distinct document_id),
        min(date), max(date)
    from raw.treasury_par_yields
),

crypto as (
    select
        'Crypto', count(*), count(distinct date_trunc('month', opened_at)), count(distinct document_id),
        cast(min(opened_at) as date), cast(max(opened_at) as date)
    from raw.crypto_candles
)

select * from tic union all select * from fred union all select * from treasury union all select * from crypto
"""

_LARGEST_HOLDERS = """
with months as (
    select max(month_end) as newest from marts.fct_holdings where instrument = 'total' and country_code = '99996'
),

year as (
    select
        holdings.country,
        holdings.country_code,
        sum(holdings.net_sales_usd_bn) as net_sales,
        sum(holdings.valuation_change_usd_bn) as valuation,
        sum(holdings.other_change_usd_bn) as other,
        count(holdings.other_change_usd_bn) as months_reported
    from marts.fct_holdings as holdings, months
    where holdings.instrument = 'total' and holdings.month_end > last_day(months.newest - interval '12 months')
    group by all
)

select
    trend.country,
    trend.month_end,
    trend.holdings_usd_bn,
    trend.change_12m_usd_bn,
    case when year.months_reported = 12 then year.net_sales end,
    case when year.months_reported = 12 then year.valuation end,
    case when year.months_reported = 12 then year.other end
from marts.holdings_trend as trend
inner join year using (country_code), months
where trend.instrument = 'total' and trend.month_end = months.newest and trend.holder_rank is not null
order by trend.holdings_usd_bn desc
limit 5
"""


def summarize(published: Path, checks: dict[str, int]) -> str:
    """Describe the published warehouse.

    Args:
        published: the file that readers open.
        checks: how many checks of the load passed, by kind.
    """
    connection = duckdb.connect(str(published.resolve()), read_only=True)
    try:
        return "\n".join(
            [
                *_notice(connection),
                "",
                "Loaded into raw",
                *_loaded(connection),
                "",
                "Documents: " + _documents(connection),
                "Checks passed: " + ", ".join(f"{count} {kind}" for kind, count in checks.items()),
                "",
                *_largest_holders(connection),
                "",
                f"The warehouse: {published}",
                "Try:",
                f'  duckdb -readonly {published} "{SAMPLE_QUERY}"',
                "or in Python:",
                f"  duckdb.connect({str(published)!r}, read_only=True).sql({SAMPLE_QUERY!r})",
            ]
        )
    finally:
        connection.close()


def _notice(connection: duckdb.DuckDBPyConnection) -> list[str]:
    row = connection.execute("select notice, as_of, is_simulated from marts.warehouse_info").fetchone()
    assert row is not None
    notice, as_of, is_simulated = row
    known = f"As known on {as_of}." if as_of else "All that is known."
    rule = ["", "*" * 100] if is_simulated else [""]
    return [*rule, f"{notice} {known}", *rule[1:]]


def _loaded(connection: duckdb.DuckDBPyConnection) -> list[str]:
    lines = [f"  {'source':<10}{'rows':>10}{'months':>9}{'documents':>11}   about"]
    for source, rows, months, documents, first, last in connection.execute(_LOADED).fetchall():
        span = f"{first} to {last}" if rows else "nothing"
        lines.append(f"  {source:<10}{rows:>10,}{months:>9,}{documents:>11,}   {span}")
    return lines


def _documents(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        "select status, count(*), string_agg(distinct dataset, ', ' order by dataset) "
        "from raw.documents group by 1 order by 1"
    ).fetchall()
    parts = []
    for status, count, datasets in rows:
        named = f" ({datasets})" if status != "loaded" else ""
        parts.append(f"{count} {status.replace('_', ' ')}{named}")
    return "; ".join(parts)


def _largest_holders(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(_LARGEST_HOLDERS).fetchall()
    if not rows:
        return ["No holdings are known yet."]
    lines = [
        f"The five largest holders at the end of {rows[0][1]:%B %Y}; their change over 12 months (billions of dollars)",
        f"  {'country':<20}{'holdings':>12}{'change':>11}  = {'net sales':>10}{'valuation':>12}{'other':>10}",
    ]
    for country, _, holdings, change, net_sales, valuation, other in rows:
        lines.append(
            f"  {country:<20}{holdings:>12,.1f}{_signed(change):>11}  = "
            f"{_signed(net_sales):>10}{_signed(valuation):>12}{_signed(other):>10}"
        )
    lines.append(
        "  Net sales: positive means that foreigners bought. Valuation: prices. Other: custody moves, reclassification."
    )
    return lines


def _signed(value: object) -> str:
    return "-" if value is None else f"{value:+,.1f}"
