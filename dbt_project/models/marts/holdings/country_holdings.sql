-- Grain: one row per country and month.
-- All Treasuries of single countries, without groups and totals: what may be added up.
with holdings as (
    select * from {{ ref('fct_holdings') }}
)

select
    country_code,
    country_plain_name as country,
    iso_alpha2,
    month_end,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    other_change_usd_bn,
    source_series,
    is_break,
    known_at
from holdings
where instrument = 'total' and not is_aggregate
order by country_code, month_end
