-- Grain: one row per claim and time of asking.
-- How likely holdings are below the barrier at a month-end within the horizon, by the method and the 36 months of
-- `holdings_projection`: one number for one question.
with questions as (
    select * from {{ ref('int_thesis_questions') }}
    where measure = 'chance_pct'
),

figures as (
    select * from {{ ref('int_thesis_figures') }}
),

rebased as (
    select
        questions.claim_number,
        questions.asked,
        max(12 * extract(year from rebased.month_end) + extract(month from rebased.month_end)) as month_number
    from questions
    inner join {{ ref('int_rebased_months') }} as rebased
        on
            (rebased.scope in ('all', questions.country_code) or questions.comparison_code = rebased.scope)
            and questions.claim_month_end >= rebased.month_end
    group by questions.claim_number, questions.asked
),

gaps as (
    select
        questions.claim_number,
        questions.asked,
        questions.horizon_months,
        questions.claim_month_number,
        holder.month_number,
        cast(holder.holdings_usd_bn - coalesce(questions.barrier_usd_bn, other.holdings_usd_bn) as double) as gap_usd_bn
    from questions
    inner join figures as holder
        on questions.view_name = holder.view_name and questions.country_code = holder.country_code
    left join figures as other
        on
            questions.view_name = other.view_name
            and questions.comparison_code = other.country_code
            and holder.month_number = other.month_number
    left join rebased on questions.claim_number = rebased.claim_number and questions.asked = rebased.asked
    where
        holder.month_number between questions.claim_month_number - 35 and questions.claim_month_number
        and (rebased.month_number is null or holder.month_number >= rebased.month_number)
        and coalesce(questions.barrier_usd_bn, other.holdings_usd_bn) is not null
),

changes as (
    select
        *,
        case
            when month_number - lag(month_number) over months = 1 then gap_usd_bn - lag(gap_usd_bn) over months
        end as change_usd_bn
    from gaps
    window months as (partition by claim_number, asked order by month_number)
),

measured as (
    select
        claim_number,
        asked,
        max(horizon_months) as horizon_months,
        count(*) as observations,
        count(change_usd_bn) as changes,
        avg(change_usd_bn) as drift,
        stddev_samp(change_usd_bn) as deviation,
        max(case when month_number = claim_month_number then gap_usd_bn end) as gap_usd_bn
    from changes
    group by claim_number, asked
),

drift_values as (
    {{ drift_values() | indent(4) }}
),

drawn as (
    select
        measured.claim_number,
        measured.asked,
        measured.horizon_months,
        measured.deviation,
        measured.gap_usd_bn,
        {{ drawn_drift('measured.drift', 'measured.deviation', 'measured.changes') }} as drift
    from measured
    cross join drift_values
    where measured.observations >= 33 and measured.deviation > 0 and measured.gap_usd_bn > 0
),

answered as (
    select
        *,
        {{ passage_probability('gap_usd_bn', 'drift', 'deviation', 'horizon_months') }} as probability
    from drawn
),

chances as (
    select
        claim_number,
        asked,
        round({{ exact_mean('probability') }}, 5) as probability_share
    from answered
    group by claim_number, asked
)

select
    measured.claim_number,
    measured.asked,
    measured.gap_usd_bn,
    case when measured.gap_usd_bn <= 0 then 100.0 else round(100 * chances.probability_share, 3) end as chance_pct
from measured
left join chances on measured.claim_number = chances.claim_number and measured.asked = chances.asked
