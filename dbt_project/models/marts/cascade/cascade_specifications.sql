-- Grain: one row per period, threshold, distance and horizon.
-- Moves of bitcoin from day 1 on after days on which yields jumped and equities fell, against other days on which equities fell
-- as much, for every combination of choices.
{% set draws = 500 %}
{% set seed = var('cascade_seed') %}
{% set horizons = [1, 5, 10, 20] %}
with candidates as (
    select * from {{ ref('int_cascade_specification_days') }}
),

-- All horizons have the same days.
bitcoin as (
    select
        date,
        known_at_20,
        {% for horizon in horizons -%}
            move_{{ horizon }} - move_0 as btc_{{ horizon }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_cascade_windows') }}
    where asset = 'btc' and move_20 is not null
),

-- Greedy: the first day counts, then the first day that does not overlap with it, and so on.
kept as (
    {{ chain_of_days('candidates', ['specification', 'is_joint']) }}
),

moves as (
    select
        candidates.specification,
        candidates.threshold_sigma,
        candidates.distance_days,
        candidates.period,
        candidates.is_joint,
        candidates.date,
        {% for horizon in horizons -%}
            bitcoin.btc_{{ horizon }},
        {% endfor -%}
        greatest(candidates.known_at, bitcoin.known_at_20) as known_at
    from kept
    inner join candidates
        on
            kept.specification = candidates.specification
            and kept.is_joint = candidates.is_joint
            and kept.day_number = candidates.day_number
    inner join bitcoin on candidates.date = bitcoin.date
),

sizes as (
    select
        specification,
        threshold_sigma,
        distance_days,
        period,
        sum(case when is_joint then 1 else 0 end) as n_joint,
        sum(case when is_joint then 0 else 1 end) as n_control,
        max(known_at) as known_at
    from moves
    group by specification, threshold_sigma, distance_days, period
),

-- All specifications share one random number per day and draw, because they share most of their days.
chances as (
    select
        event_days.date,
        draws.number as draw,
        {{ uniform_draw([seed, "'specification'", 'event_days.date', 'draws.number']) }} as chance
    from (select distinct date from moves) as event_days
    cross join {{ whole_numbers(draws) }} as draws
),

-- Fewer than eight events of a kind are not tested.
dealt as (
    select
        moves.specification,
        chances.draw,
        {% for horizon in horizons -%}
            moves.btc_{{ horizon }},
        {% endfor -%}
        row_number() over (partition by moves.specification, chances.draw order by chances.chance, moves.date)
        <= sizes.n_joint as is_joint
    from moves
    inner join sizes on moves.specification = sizes.specification
    inner join chances on moves.date = chances.date
    where sizes.n_joint >= 8 and sizes.n_control >= 8
),

-- Draw 0 has the labels as they are.
labelled as (
    select * from dealt
    union all
    select
        specification,
        0 as draw,
        {% for horizon in horizons -%}
            btc_{{ horizon }},
        {% endfor -%}
        is_joint
    from moves
),

means as (
    select
        specification,
        draw,
        {% for horizon in horizons -%}
            {{ exact_mean('case when is_joint then btc_' ~ horizon ~ ' end') }} as joint_{{ horizon }},
            {{ exact_mean('case when not is_joint then btc_' ~ horizon ~ ' end') }} as control_{{ horizon }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from labelled
    group by specification, draw
),

medians as (
    select
        specification,
        {% for horizon in horizons -%}
            {{ element_of(quantiles('case when is_joint then btc_' ~ horizon ~ ' end', [0.5]), 1) }} as joint_{{ horizon }},
            {{ element_of(quantiles('case when not is_joint then btc_' ~ horizon ~ ' end', [0.5]), 1) }} as control_{{ horizon }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from moves
    group by specification
),

by_horizon as (
    {% for horizon in horizons -%}
        select
            specification,
            draw,
            {{ horizon }} as horizon_days,
            joint_{{ horizon }} as joint_mean_pct,
            control_{{ horizon }} as control_mean_pct,
            joint_{{ horizon }} - control_{{ horizon }} as gap_pct
        from means
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
),

found as (
    select * from by_horizon
    where draw = 0
),

p_values as (
    select
        found.specification,
        found.horizon_days,
        (1 + sum(case when abs(by_horizon.gap_pct) >= abs(found.gap_pct) then 1 else 0 end)) / cast(1 + count(*) as double)
            as permutation_p
    from found
    inner join by_horizon
        on found.specification = by_horizon.specification and found.horizon_days = by_horizon.horizon_days
    where by_horizon.draw > 0
    group by found.specification, found.horizon_days
)

select
    sizes.period,
    cast(sizes.threshold_sigma as double) as threshold_sigma,
    cast(sizes.distance_days as integer) as distance_days,
    cast(found.horizon_days as integer) as horizon_days,
    cast(sizes.n_joint as integer) as n_joint,
    cast(sizes.n_control as integer) as n_control,
    sizes.n_joint >= 8 and sizes.n_control >= 8 as is_tested,
    round(found.joint_mean_pct, 6) as joint_mean_pct,
    round(found.control_mean_pct, 6) as control_mean_pct,
    round(found.gap_pct, 6) as gap_pct,
    {% for kind in ['joint', 'control'] -%}
        round(case found.horizon_days
            {% for horizon in horizons -%}
                when {{ horizon }} then medians.{{ kind }}_{{ horizon }}
            {% endfor -%}
        end, 6) as {{ kind }}_median_pct,
    {% endfor -%}
    found.gap_pct < 0 as has_expected_sign,
    round(p_values.permutation_p, 6) as permutation_p,
    cast(case when p_values.permutation_p is not null then {{ draws }} end as integer) as draws,
    cast(case when p_values.permutation_p is not null then {{ seed }} end as integer) as seed,
    sizes.known_at
from sizes
inner join found on sizes.specification = found.specification
inner join medians on sizes.specification = medians.specification
left join p_values on found.specification = p_values.specification and found.horizon_days = p_values.horizon_days
order by sizes.period, sizes.threshold_sigma, sizes.distance_days, found.horizon_days
