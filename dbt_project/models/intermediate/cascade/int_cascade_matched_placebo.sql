-- Grain: one row per asset, horizon and period.
-- Joint days (yields up, equities down) against control days, on which equities fell as much and yields did not jump: the gap in
-- mean moves, and how often reshuffled labels give a gap as large.
{% set draws = 2000 %}
{% set seed = var('cascade_seed') %}
{% set horizons = [0, 1, 5, 10, 20] %}
with moves as (
    select
        period,
        asset,
        date,
        event_type = 'bond_equity_joint' as is_joint,
        {% for horizon in horizons -%}
            cast(move_{{ horizon }} as decimal(18, 9)) as move_{{ horizon }},
        {% endfor -%}
        event_known_at
    from {{ ref('int_cascade_event_moves') }}
    where event_type in ('bond_equity_joint', 'equity_fall_other')
),

totals as (
    select
        period,
        asset,
        count(*) as n_days,
        sum(case when is_joint then 1 else 0 end) as n_joint,
        {% for horizon in horizons -%}
            sum(move_{{ horizon }}) as total_{{ horizon }},
            sum(case when is_joint then move_{{ horizon }} end) as joint_{{ horizon }},
        {% endfor -%}
        max(event_known_at) as matched_known_at
    from moves
    group by period, asset
    having sum(case when is_joint then 1 else 0 end) >= 5 and sum(case when is_joint then 0 else 1 end) >= 5
),

gaps as (
    select
        *,
        n_days - n_joint as n_control,
        {% for horizon in horizons -%}
            cast(total_{{ horizon }} - joint_{{ horizon }} as double) / (n_days - n_joint) as control_mean_{{ horizon }},
            cast(joint_{{ horizon }} as double) / n_joint
            - cast(total_{{ horizon }} - joint_{{ horizon }} as double) / (n_days - n_joint) as gap_{{ horizon }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from totals
),

days as (
    select
        period,
        date,
        is_joint,
        sum(case when is_joint then 1 else 0 end) over (partition by period) as n_joint
    from (
        select distinct
            period,
            date,
            is_joint
        from moves
    ) as event_days
),

reshuffled as (
    select
        days.period,
        days.date,
        draws.number as draw,
        row_number() over (
            partition by days.period, draws.number
            order by {{ uniform_draw([seed, "'matched'", 'days.date', 'draws.number']) }}, days.date
        ) <= days.n_joint as is_joint
    from days
    cross join {{ whole_numbers(draws) }} as draws
),

-- Control sums are the total minus the joint sums, exact in decimals.
drawn as (
    select
        reshuffled.period,
        moves.asset,
        reshuffled.draw,
        {% for horizon in horizons -%}
            sum(case when reshuffled.is_joint then moves.move_{{ horizon }} end) as joint_{{ horizon }},
        {% endfor -%}
        sum(case when reshuffled.is_joint then 1 else 0 end) as n_joint
    from reshuffled
    inner join moves on reshuffled.period = moves.period and reshuffled.date = moves.date
    group by reshuffled.period, moves.asset, reshuffled.draw
),

counted as (
    select
        gaps.period,
        gaps.asset,
        max(gaps.n_control) as n_control,
        max(gaps.matched_known_at) as matched_known_at,
        {% for horizon in horizons -%}
            max(gaps.control_mean_{{ horizon }}) as control_mean_{{ horizon }},
            max(gaps.gap_{{ horizon }}) as gap_{{ horizon }},
            sum(
                case
                    when
                        abs(
                            cast(drawn.joint_{{ horizon }} as double) / nullif(drawn.n_joint, 0)
                            - cast(gaps.total_{{ horizon }} - drawn.joint_{{ horizon }} as double)
                            / nullif(gaps.n_days - drawn.n_joint, 0)
                        ) >= abs(gaps.gap_{{ horizon }})
                        then 1
                    else 0
                end
            ) as as_far_{{ horizon }},
        {% endfor -%}
        count(*) as n_draws
    from gaps
    inner join drawn on gaps.period = drawn.period and gaps.asset = drawn.asset
    group by gaps.period, gaps.asset
),

horizons as (
    {% for horizon in horizons -%}
        select {{ horizon }} as horizon_days
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
)

-- The events count as one draw, so p is never zero.
select
    counted.period,
    counted.asset,
    horizons.horizon_days,
    counted.n_control,
    counted.matched_known_at,
    {% for column, value in [('control_mean_move', 'control_mean'), ('matched_gap', 'gap')] -%}
        case horizons.horizon_days
            {% for horizon in horizons -%}
                when {{ horizon }} then counted.{{ value }}_{{ horizon }}
            {% endfor -%}
        end as {{ column }},
    {% endfor -%}
    (
        1 + case horizons.horizon_days
            {% for horizon in horizons -%}
                when {{ horizon }} then counted.as_far_{{ horizon }}
            {% endfor -%}
        end
    ) / cast(1 + counted.n_draws as double) as matched_p
from counted
cross join horizons
