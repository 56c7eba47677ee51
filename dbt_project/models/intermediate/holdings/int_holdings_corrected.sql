-- Grain: one row per source series, country, month, instrument and known_at.
-- Published values and, if an error is known, the corrected values. Before the error was known, the published value is used.
with known as (
    select * from {{ ref('int_holdings_known') }}
),

corrections as (
    select * from {{ ref('int_holdings_corrections') }}
),

-- If a row has several errors, each is corrected from its own day.
corrected as (
    select distinct
        statement_id,
        corrected_at,
        max(holdings_usd_bn) over so_far as holdings_usd_bn,
        max(net_sales_usd_bn) over so_far as net_sales_usd_bn,
        max(valuation_change_usd_bn) over so_far as valuation_change_usd_bn,
        coalesce(
            min(case when holdings_usd_bn is not null then correction_id end) over so_far,
            min(correction_id) over so_far
        ) as correction_id
    from corrections
    window so_far as (
        partition by statement_id order by corrected_at range between unbounded preceding and current row
    )
),

-- A value known to be wrong when it was published was never valid.
as_published as (
    select known.*
    from known
    left join corrected on known.statement_id = corrected.statement_id and known.known_at = corrected.corrected_at
    where corrected.correction_id is null
),

as_corrected as (
    select
        known.source_series,
        known.precedence,
        known.country_code,
        known.month_end,
        known.instrument,
        known.published_at,
        known.released_on,
        corrected.corrected_at as known_at,
        corrected.correction_id,
        coalesce(corrected.holdings_usd_bn, known.holdings_usd_bn) as holdings_usd_bn,
        coalesce(corrected.net_sales_usd_bn, known.net_sales_usd_bn) as net_sales_usd_bn,
        coalesce(corrected.valuation_change_usd_bn, known.valuation_change_usd_bn) as valuation_change_usd_bn
    from known
    inner join corrected on known.statement_id = corrected.statement_id
)

select
    source_series,
    precedence,
    country_code,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    published_at,
    known_at,
    released_on,
    vintage_basis,
    cast(null as {{ dbt.type_string() }}) as correction_id
from as_published
union all
select
    source_series,
    precedence,
    country_code,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    published_at,
    known_at,
    released_on,
    'corrected' as vintage_basis,
    correction_id
from as_corrected
