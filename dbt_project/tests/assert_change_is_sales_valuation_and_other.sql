-- Returns changes in holdings that are not the exact sum of net sales, valuation and other change.
{{ config(meta={
    'description': 'A change in holdings is exactly net sales plus valuation plus other change.',
    'dagster': {'ref': {'name': 'holdings_trend'}},
}) }}

with holdings as (
    select * from {{ ref('fct_holdings') }}
    where other_change_usd_bn is not null
),

trend as (
    select * from {{ ref('holdings_trend') }}
)

select
    trend.country_code,
    trend.month_end,
    trend.instrument,
    trend.change_1m_usd_bn,
    holdings.net_sales_usd_bn,
    holdings.valuation_change_usd_bn,
    holdings.other_change_usd_bn
from holdings
left join trend
    on
        holdings.country_code = trend.country_code
        and holdings.month_end = trend.month_end
        and holdings.instrument = trend.instrument
where
    trend.change_1m_usd_bn is distinct from
    holdings.net_sales_usd_bn + holdings.valuation_change_usd_bn + holdings.other_change_usd_bn
