-- Grain: one row per barrier, window and random walk.
-- Quantiles and probabilities of the time until the walk is below the barrier at a month-end, up to 600 months.
with drifts as (
    select * from {{ ref('int_holdings_drifts') }}
),

months as (
    select generated_number as months_ahead from ({{ dbt.generate_series(600) }}) as numbers
),

drift_values as (
    {{ drift_values() | indent(4) }}
),

-- Two random walks: by all changes of the gap, and by net purchases alone, without prices and other changes.
walks as (
    select
        barrier_id,
        window_months,
        'all changes' as walk,
        gap_usd_bn,
        drift_usd_bn_a_month as drift,
        deviation_usd_bn_a_month as deviation,
        changes
    from drifts
    where outcome in ('crossing implied', 'no crossing implied')
    union all
    select
        barrier_id,
        window_months,
        'net sales' as walk,
        gap_usd_bn,
        net_sales_drift_usd_bn_a_month as drift,
        net_sales_deviation_usd_bn_a_month as deviation,
        net_sales_changes as changes
    from drifts
    where
        outcome in ('crossing implied', 'no crossing implied')
        and net_sales_drift_usd_bn_a_month < 0
        and net_sales_drift_down_probability_share > 0.9
),

drawn as (
    select
        walks.barrier_id,
        walks.window_months,
        walks.walk,
        walks.gap_usd_bn,
        walks.deviation,
        {{ drawn_drift('walks.drift', 'walks.deviation', 'walks.changes') }} as drift
    from walks
    cross join drift_values
    where walks.gap_usd_bn > 0 and walks.deviation > 0
),

passed_by_one as (
    select
        drawn.barrier_id,
        drawn.window_months,
        drawn.walk,
        months.months_ahead,
        {{ passage_probability('drawn.gap_usd_bn', 'drawn.drift', 'drawn.deviation', 'months.months_ahead') }} as probability
    from drawn
    cross join months
),

-- To nine decimals, so that the order of the sum does not matter.
passed_by as (
    select
        barrier_id,
        window_months,
        walk,
        months_ahead,
        {{ exact_mean('probability') }} as probability
    from passed_by_one
    group by barrier_id, window_months, walk, months_ahead
),

with_month_before as (
    select
        *,
        coalesce(
            lag(probability) over (partition by barrier_id, window_months, walk order by months_ahead), 0
        ) as probability_before
    from passed_by
)

-- Between two months the probability is assumed to rise evenly.
select
    barrier_id,
    window_months,
    walk,
    {%- for percent in [10, 50, 90] %}
        round(
            max(
                case
                    when probability_before < {{ percent / 100 }} and probability >= {{ percent / 100 }}
                        then months_ahead - 1 + ({{ percent / 100 }} - probability_before) / (probability - probability_before)
                end
            ), 3
        ) as passage_q{{ percent }}_months,
    {%- endfor %}
    round(max(case when months_ahead = 12 then probability end), 5) as hit_12m_probability_share,
    round(max(case when months_ahead = 24 then probability end), 5) as hit_24m_probability_share,
    round(max(case when months_ahead = 36 then probability end), 5) as hit_36m_probability_share
from with_month_before
group by barrier_id, window_months, walk
