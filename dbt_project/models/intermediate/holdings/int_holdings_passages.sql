-- Grain: one row per barrier, window and random walk.
-- Quantiles and probabilities of the time until the walk passes the barrier, up to 600 months.
with drifts as (
    select * from {{ ref('int_holdings_drifts') }}
),

months as (
    select generated_number as months_ahead from ({{ dbt.generate_series(600) }}) as numbers
),

-- Two random walks: by all changes of the gap, and by net sales alone, without prices and other changes.
walks as (
    select
        barrier_id,
        window_months,
        'all changes' as walk,
        gap_usd_bn,
        drift_usd_bn_a_month,
        deviation_usd_bn_a_month
    from drifts
    where outcome = 'crossing implied'
    union all
    select
        barrier_id,
        window_months,
        'net sales' as walk,
        gap_usd_bn,
        net_sales_drift_usd_bn_a_month as drift_usd_bn_a_month,
        net_sales_deviation_usd_bn_a_month as deviation_usd_bn_a_month
    from drifts
    where
        outcome in ('crossing implied', 'no crossing implied')
        and net_sales_drift_usd_bn_a_month < 0
        and net_sales_drift_down_probability_share > 0.9
),

-- The first passage time of a random walk with drift is inverse Gaussian, with mean gap / -drift and shape gap^2 / variance.
passage as (
    select
        walks.barrier_id,
        walks.window_months,
        walks.walk,
        months.months_ahead,
        walks.gap_usd_bn / -walks.drift_usd_bn_a_month as mean_months,
        power(walks.gap_usd_bn / walks.deviation_usd_bn_a_month, 2) as shape_months
    from walks
    cross join months
    where walks.gap_usd_bn > 0
),

passed_by as (
    select
        barrier_id,
        window_months,
        walk,
        months_ahead,
        {{ normal_cdf('(sqrt(shape_months / months_ahead) * (months_ahead / mean_months - 1))') }}
        + {{ normal_cdf(
            '(-sqrt(shape_months / months_ahead) * (months_ahead / mean_months + 1))', '2 * shape_months / mean_months'
        ) }} as probability
    from passage
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
            ), 9
        ) as passage_q{{ percent }}_months,
    {%- endfor %}
    round(max(case when months_ahead = 12 then probability end), 9) as hit_12m_probability_share,
    round(max(case when months_ahead = 24 then probability end), 9) as hit_24m_probability_share,
    round(max(case when months_ahead = 36 then probability end), 9) as hit_36m_probability_share
from with_month_before
group by barrier_id, window_months, walk
