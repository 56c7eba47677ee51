-- A row returned is a country and month whose total is not its long-term holdings plus its bills, to a million, though all
-- three are from one file.
{{ config(meta={'dagster': {'ref': {'name': 'fct_holdings'}}}) }}

with holdings as (
    select * from {{ ref('fct_holdings') }}
),

by_instrument as (
    select
        country_code,
        month_end,
        source_series,
        known_at,
        max(case when instrument = 'total' then holdings_usd_bn end) as total_usd_bn,
        max(case when instrument = 'long_term' then holdings_usd_bn end) as long_term_usd_bn,
        max(case when instrument = 'bills' then holdings_usd_bn end) as bills_usd_bn
    from holdings
    where source_series in ('slt_table3', 'slt3d')
    group by country_code, month_end, source_series, known_at
)

select *
from by_instrument
where abs(total_usd_bn - long_term_usd_bn - bills_usd_bn) > 0.001
