-- Grain: one row per event type, asset, horizon and period.
-- How often as many random days of the same period, drawn with replacement, have a mean as far from the mean of the pool.
{% set draws = 2000 %}
{% set seed = var('cascade_seed') %}
{% set horizons = [0, 1, 5, 10, 20] %}
with measured as (
    select * from {{ ref('int_cascade_mean_moves') }}
),

-- Exact decimals once here, not once per draw.
pool as (
    select
        period,
        asset,
        place,
        {% for horizon in horizons -%}
            cast(abnormal_{{ horizon }} as decimal(18, 9)) as abnormal_{{ horizon }},
        {% endfor -%}
        known_at_20
    from {{ ref('int_cascade_pool') }}
),

pools as (
    select
        period,
        asset,
        count(*) as n_pool,
        min(place) as first_place,
        {% for horizon in horizons -%}
            cast(sum(abnormal_{{ horizon }}) as double) / count(*) as pool_mean_{{ horizon }},
        {% endfor -%}
        max(known_at_20) as pool_known_at
    from pool
    group by period, asset
),

found as (
    select
        event_type,
        period,
        asset,
        {% for horizon in horizons -%}
            max(case when horizon_days = {{ horizon }} then mean_abnormal_move end) as mean_{{ horizon }},
        {% endfor -%}
        max(n_events) as n_events
    from measured
    where n_events >= 5 and is_of_the_thesis
    group by event_type, period, asset
),

-- Numbers as keys, because ten million draws are joined.
tests as (
    select
        found.*,
        pools.n_pool,
        pools.first_place,
        pools.pool_known_at,
        {% for horizon in horizons -%}
            pools.pool_mean_{{ horizon }},
        {% endfor -%}
        row_number() over (order by found.event_type, found.period, found.asset) as test_number
    from found
    inner join pools on found.period = pools.period and found.asset = pools.asset
),

chances as (
    select
        kinds.event_type,
        draws.number as draw,
        picks.number as pick,
        {{ uniform_draw([seed, "'placebo'", 'kinds.event_type', 'draws.number', 'picks.number']) }} as chance
    from (select
        event_type,
        max(n_events) as most
    from tests
    group by event_type) as kinds
    cross join {{ whole_numbers(draws) }} as draws
    inner join {{ whole_numbers(500) }} as picks on kinds.most >= picks.number
),

picked as (
    select
        tests.test_number,
        chances.draw,
        tests.first_place + cast(floor(chances.chance * tests.n_pool) as bigint) as place
    from chances
    inner join tests on chances.event_type = tests.event_type
    where chances.pick <= tests.n_events
),

drawn as (
    select
        picked.test_number,
        picked.draw,
        {% for horizon in horizons -%}
            cast(sum(pool.abnormal_{{ horizon }}) as double) / count(*) as mean_{{ horizon }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from picked
    inner join pool on picked.place = pool.place
    group by picked.test_number, picked.draw
),

-- Two-sided. One column per horizon, since an engine may run a CTE as often as it is named.
counted as (
    select
        tests.event_type,
        tests.period,
        tests.asset,
        max(tests.n_pool) as n_pool,
        max(tests.pool_known_at) as pool_known_at,
        {% for horizon in horizons -%}
            sum(
                case
                    when
                        abs(drawn.mean_{{ horizon }} - tests.pool_mean_{{ horizon }})
                        >= abs(tests.mean_{{ horizon }} - tests.pool_mean_{{ horizon }})
                        then 1
                    else 0
                end
            ) as as_far_{{ horizon }},
        {% endfor -%}
        count(*) as n_draws
    from tests
    inner join drawn on tests.test_number = drawn.test_number
    group by tests.event_type, tests.period, tests.asset
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
    counted.event_type,
    counted.period,
    counted.asset,
    horizons.horizon_days,
    counted.n_pool,
    counted.pool_known_at,
    {{ draws }} as draws,
    {{ seed }} as seed,
    (
        1 + case horizons.horizon_days
            {% for horizon in horizons -%}
                when {{ horizon }} then counted.as_far_{{ horizon }}
            {% endfor -%}
        end
    ) / cast(1 + counted.n_draws as double) as placebo_p
from counted
cross join horizons
