-- Grain: a barrier and window: when holdings might fall below it, if they go on as in the window. An inference, no forecast.
with holdings as (
    select * from {{ ref('int_holdings_on_one_basis') }}
    where instrument = 'total'
),

barriers as (
    select * from {{ ref('projection_barriers') }}
),

windows as (
    {%- for window_months in [24, 36, 60] %}
        select cast({{ window_months }} as integer) as window_months
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- How far the holdings stand above the barrier, month by month.
gaps as (
    select
        barriers.barrier_id,
        barriers.words as barrier,
        barriers.caveat,
        barriers.country_code,
        holder.country,
        barriers.barrier_country_code,
        holder.month_end,
        holder.month_number,
        holder.basis_number,
        holder.holdings_usd_bn,
        cast(holder.holdings_usd_bn - coalesce(barriers.barrier_usd_bn, other.holdings_usd_bn) as double) as gap_usd_bn,
        cast(
            holder.net_sales_usd_bn
            - case when barriers.barrier_country_code is null then 0 else other.net_sales_usd_bn end as double
        ) as net_sales_usd_bn,
        coalesce(other.basis_number, 0) as other_basis_number,
        coalesce(barriers.barrier_usd_bn, other.holdings_usd_bn) as barrier_usd_bn,
        greatest(holder.known_at, coalesce(other.known_at, holder.known_at)) as known_at
    from barriers
    inner join holdings as holder on barriers.country_code = holder.country_code
    left join holdings as other
        on barriers.barrier_country_code = other.country_code and holder.month_end = other.month_end
    where coalesce(barriers.barrier_usd_bn, other.holdings_usd_bn) is not null
),

ranked as (
    select
        *,
        row_number() over (partition by barrier_id order by month_end desc) as recency
    from gaps
),

latest as (
    select
        ranked.*,
        windows.window_months
    from ranked
    cross join windows
    where ranked.recency = 1
),

-- Only months that stand on the basis of the last one.
in_window as (
    select
        latest.barrier_id,
        latest.window_months,
        gaps.month_number,
        gaps.gap_usd_bn,
        gaps.net_sales_usd_bn,
        gaps.known_at,
        gaps.gap_usd_bn - lag(gaps.gap_usd_bn) over months as change_usd_bn,
        gaps.month_number - lag(gaps.month_number) over months as months_apart
    from latest
    inner join gaps
        on
            latest.barrier_id = gaps.barrier_id
            and latest.basis_number = gaps.basis_number
            and latest.other_basis_number = gaps.other_basis_number
            and gaps.month_number > latest.month_number - latest.window_months
    window months as (partition by latest.barrier_id, latest.window_months order by gaps.month_number)
),

drifts as (
    select
        barrier_id,
        window_months,
        count(*) as observations,
        count(case when months_apart = 1 then 1 end) as changes,
        avg(case when months_apart = 1 then change_usd_bn end) as drift_usd_bn_a_month,
        stddev_samp(case when months_apart = 1 then change_usd_bn end) as deviation_usd_bn_a_month,
        count(case when months_apart = 1 then net_sales_usd_bn end) as net_sales_changes,
        avg(case when months_apart = 1 then net_sales_usd_bn end) as net_sales_drift_usd_bn_a_month,
        stddev_samp(case when months_apart = 1 then net_sales_usd_bn end) as net_sales_deviation_usd_bn_a_month,
        max(known_at) as known_at
    from in_window
    group by barrier_id, window_months
),

-- The Theil-Sen line: the median of the slopes of all pairs, with Sen's 90 % interval by Kendall's variance.
pairs as (
    select
        later.barrier_id,
        later.window_months,
        (later.gap_usd_bn - earlier.gap_usd_bn) / (later.month_number - earlier.month_number) as slope
    from in_window as later
    inner join in_window as earlier
        on
            later.barrier_id = earlier.barrier_id
            and later.window_months = earlier.window_months
            and later.month_number > earlier.month_number
),

ordered_pairs as (
    select
        pairs.barrier_id,
        pairs.window_months,
        pairs.slope,
        row_number() over (partition by pairs.barrier_id, pairs.window_months order by pairs.slope) as slope_number,
        count(*) over (partition by pairs.barrier_id, pairs.window_months) as slopes,
        1.645 * sqrt(
            drifts.observations * (drifts.observations - 1) * (2 * drifts.observations + 5) / cast(18 as double)
        ) as interval_width
    from pairs
    inner join drifts on pairs.barrier_id = drifts.barrier_id and pairs.window_months = drifts.window_months
),

lines as (
    select
        barrier_id,
        window_months,
        avg(case when slope_number in (floor((slopes + 1) / 2.0), ceil((slopes + 1) / 2.0)) then slope end) as slope,
        max(case when slope_number = greatest(1, round((slopes - interval_width) / 2)) then slope end) as slope_low,
        max(case when slope_number = least(slopes, round((slopes + interval_width) / 2) + 1) then slope end) as slope_high
    from ordered_pairs
    group by barrier_id, window_months
),

judged as (
    select
        latest.*,
        drifts.drift_usd_bn_a_month,
        drifts.deviation_usd_bn_a_month,
        lines.slope,
        lines.slope_low,
        lines.slope_high,
        drifts.known_at as window_known_at,
        coalesce(drifts.observations, 0) as observations,
        {{ normal_cdf('(-drifts.drift_usd_bn_a_month / nullif(drifts.deviation_usd_bn_a_month, 0) * sqrt(drifts.changes))') }}
            as drift_down_probability_share,
        -- Net sales alone, where they are reported in nine tenths of the window.
        drifts.net_sales_deviation_usd_bn_a_month,
        case
            when drifts.net_sales_changes >= 0.9 * (latest.window_months - 1) then drifts.net_sales_drift_usd_bn_a_month
        end as net_sales_drift_usd_bn_a_month,
        {{ normal_cdf(
            '(-drifts.net_sales_drift_usd_bn_a_month / nullif(drifts.net_sales_deviation_usd_bn_a_month, 0)'
            ~ ' * sqrt(drifts.net_sales_changes))'
        ) }} as net_sales_drift_down_probability_share
    from latest
    left join drifts on latest.barrier_id = drifts.barrier_id and latest.window_months = drifts.window_months
    left join lines on latest.barrier_id = lines.barrier_id and latest.window_months = lines.window_months
),

with_outcome as (
    select
        *,
        case
            when gap_usd_bn < 0 then 'already below'
            when observations < 0.9 * window_months or drift_down_probability_share is null then 'too few months'
            when drift_usd_bn_a_month < 0 and drift_down_probability_share > 0.9 then 'crossing implied'
            else 'no crossing implied'
        end as outcome
    from judged
),

months as (
    select generated_number as months_ahead from ({{ dbt.generate_series(600) }}) as numbers
),

-- Two walks: by all changes of the gap, and by net sales alone, without prices and other changes.
walks as (
    select
        barrier_id,
        window_months,
        'all changes' as walk,
        gap_usd_bn,
        drift_usd_bn_a_month,
        deviation_usd_bn_a_month
    from with_outcome
    where outcome = 'crossing implied'
    union all
    select
        barrier_id,
        window_months,
        'net sales' as walk,
        gap_usd_bn,
        net_sales_drift_usd_bn_a_month as drift_usd_bn_a_month,
        net_sales_deviation_usd_bn_a_month as deviation_usd_bn_a_month
    from with_outcome
    where
        outcome in ('crossing implied', 'no crossing implied')
        and net_sales_drift_usd_bn_a_month < 0
        and net_sales_drift_down_probability_share > 0.9
),

-- A random walk with drift first passes a barrier after a time that is inverse Gaussian: its mean is gap / -drift, its shape
-- gap^2 / variance.
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
),

-- Between two months the probability is taken to rise evenly.
quantiles as (
    select
        barrier_id,
        window_months,
        walk,
        {%- for percent in [10, 50, 90] %}
            max(
                case
                    when probability_before < {{ percent / 100 }} and probability >= {{ percent / 100 }}
                        then months_ahead - 1 + ({{ percent / 100 }} - probability_before) / (probability - probability_before)
                end
            ) as passage_q{{ percent }}_months,
        {%- endfor %}
        max(case when months_ahead = 12 then probability end) as hit_12m_probability_share,
        max(case when months_ahead = 24 then probability end) as hit_24m_probability_share,
        max(case when months_ahead = 36 then probability end) as hit_36m_probability_share
    from with_month_before
    group by barrier_id, window_months, walk
)

select
    with_outcome.country_code,
    with_outcome.country,
    with_outcome.barrier_id,
    with_outcome.barrier,
    with_outcome.window_months,
    with_outcome.month_end,
    with_outcome.holdings_usd_bn,
    with_outcome.outcome,
    cast(with_outcome.barrier_usd_bn as decimal(18, 3)) as barrier_usd_bn,
    cast(with_outcome.gap_usd_bn as decimal(18, 3)) as gap_usd_bn,
    cast(with_outcome.observations as integer) as observations,
    round(with_outcome.drift_usd_bn_a_month, 4) as drift_usd_bn_a_month,
    round(with_outcome.deviation_usd_bn_a_month, 4) as deviation_usd_bn_a_month,
    round(with_outcome.drift_down_probability_share, 6) as drift_down_probability_share,
    round(with_outcome.slope, 4) as slope_usd_bn_a_month,
    round(with_outcome.slope_low, 4) as slope_low_usd_bn_a_month,
    round(with_outcome.slope_high, 4) as slope_high_usd_bn_a_month,
    {%- for column, slope in [('line', 'slope'), ('line_earliest', 'slope_low'), ('line_latest', 'slope_high')] %}
        case
            when with_outcome.outcome = 'crossing implied' and with_outcome.{{ slope }} < 0
                then round(with_outcome.gap_usd_bn / -with_outcome.{{ slope }}, 2)
        end as {{ column }}_months,
    {%- endfor %}
    {%- for percent in [10, 50, 90] %}
        round(quantiles.passage_q{{ percent }}_months, 2) as passage_q{{ percent }}_months,
    {%- endfor %}
    {%- for percent in [10, 50, 90] %}
        {%- set months = 'cast(round(quantiles.passage_q' ~ percent ~ '_months) as integer)' %}
        cast(last_day({{ dbt.dateadd('month', months, 'with_outcome.month_end') }}) as date) as passage_q{{ percent }}_month_end,
    {%- endfor %}
    {%- for within in [12, 24, 36] %}
        round(quantiles.hit_{{ within }}m_probability_share, 6) as hit_{{ within }}m_probability_share,
    {%- endfor %}
    round(with_outcome.net_sales_drift_usd_bn_a_month, 4) as net_sales_drift_usd_bn_a_month,
    {%- for percent in [10, 50, 90] %}
        round(by_net_sales.passage_q{{ percent }}_months, 2) as net_sales_passage_q{{ percent }}_months,
    {%- endfor %}
    with_outcome.caveat,
    coalesce(with_outcome.window_known_at, with_outcome.known_at) as known_at
from with_outcome
left join quantiles
    on
        with_outcome.barrier_id = quantiles.barrier_id
        and with_outcome.window_months = quantiles.window_months
        and quantiles.walk = 'all changes'
left join quantiles as by_net_sales
    on
        with_outcome.barrier_id = by_net_sales.barrier_id
        and with_outcome.window_months = by_net_sales.window_months
        and by_net_sales.walk = 'net sales'
order by with_outcome.country_code, with_outcome.barrier_id, with_outcome.window_months
