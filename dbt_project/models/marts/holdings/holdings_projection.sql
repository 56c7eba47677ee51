-- Grain: one row per barrier and window.
-- How likely, and when, holdings fall below a barrier if they continue as in the window. An inference, not a forecast.
with drifts as (
    select * from {{ ref('int_holdings_drifts') }}
),

quantiles as (
    select * from {{ ref('int_holdings_passages') }}
    where walk = 'all changes'
),

by_net_sales as (
    select * from {{ ref('int_holdings_passages') }}
    where walk = 'net sales'
)

select
    drifts.country_code,
    drifts.country,
    drifts.barrier_id,
    drifts.barrier,
    drifts.window_months,
    drifts.month_end,
    drifts.holdings_usd_bn,
    drifts.outcome,
    cast(drifts.barrier_usd_bn as decimal(18, 3)) as barrier_usd_bn,
    cast(drifts.gap_usd_bn as decimal(18, 3)) as gap_usd_bn,
    cast(drifts.observations as integer) as observations,
    round(drifts.drift_usd_bn_a_month, 4) as drift_usd_bn_a_month,
    round(drifts.deviation_usd_bn_a_month, 4) as deviation_usd_bn_a_month,
    round(drifts.drift_down_probability_share, 6) as drift_down_probability_share,
    {%- for percent in [10, 50, 90] %}
        case when drifts.outcome = 'crossing implied' then round(quantiles.passage_q{{ percent }}_months, 2) end
            as passage_q{{ percent }}_months,
    {%- endfor %}
    {%- for percent in [10, 50, 90] %}
        {%- set months = 'cast(round(quantiles.passage_q' ~ percent ~ '_months) as integer)' %}
        case
            when drifts.outcome = 'crossing implied'
                then cast(last_day({{ dbt.dateadd('month', months, 'drifts.month_end') }}) as date)
        end as passage_q{{ percent }}_month_end,
    {%- endfor %}
    {%- for within in [12, 24, 36] %}
        round(quantiles.hit_{{ within }}m_probability_share, 6) as hit_{{ within }}m_probability_share,
    {%- endfor %}
    round(drifts.net_sales_drift_usd_bn_a_month, 4) as net_sales_drift_usd_bn_a_month,
    {%- for percent in [10, 50, 90] %}
        round(by_net_sales.passage_q{{ percent }}_months, 2) as net_sales_passage_q{{ percent }}_months,
    {%- endfor %}
    drifts.caveat,
    coalesce(drifts.window_known_at, drifts.known_at) as known_at
from drifts
left join quantiles on drifts.barrier_id = quantiles.barrier_id and drifts.window_months = quantiles.window_months
left join by_net_sales on drifts.barrier_id = by_net_sales.barrier_id and drifts.window_months = by_net_sales.window_months
order by drifts.country_code, drifts.barrier_id, drifts.window_months
