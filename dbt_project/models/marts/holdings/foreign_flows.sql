-- Grain: one row per month.
-- Net purchases of Treasury notes and bonds by all foreigners, with the change in the ten-year yield.
with flows as (
    select * from {{ ref('int_foreign_flows') }}
)

select
    month_end,
    form,
    net_purchases_usd_bn,
    holdings_before_usd_bn,
    released_on,
    known_at,
    round(flow_pct, 6) as flow_pct,
    round(yield_change_bp, 4) as yield_change_bp
from flows
order by month_end
