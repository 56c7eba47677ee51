-- Grain: one row per barrier and window.
-- Drift of the gap between holdings and the barrier, and whether a crossing is implied.
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

-- Holdings minus the barrier, month by month.
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

-- Only months on the same basis as the last one.
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

judged as (
    select
        latest.*,
        drifts.drift_usd_bn_a_month,
        drifts.deviation_usd_bn_a_month,
        drifts.changes,
        drifts.net_sales_changes,
        drifts.known_at as window_known_at,
        coalesce(drifts.observations, 0) as observations,
        {{ normal_cdf('(-drifts.drift_usd_bn_a_month / nullif(drifts.deviation_usd_bn_a_month, 0) * sqrt(drifts.changes))') }}
            as drift_down_probability_share,
        -- Net sales alone, if reported for nine tenths of the window.
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
)

select
    *,
    case
        when gap_usd_bn < 0 then 'already below'
        when observations < 0.9 * window_months or drift_down_probability_share is null then 'too few months'
        when drift_usd_bn_a_month < 0 and drift_down_probability_share > 0.9 then 'crossing implied'
        else 'no crossing implied'
    end as outcome
from judged
