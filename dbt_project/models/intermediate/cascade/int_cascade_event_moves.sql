-- Grain: one row per event, period and asset.
-- Moves after the events that can be followed for 20 days.
{% set horizons = [0, 1, 5, 10, 20] %}
with events as (
    select * from {{ ref('cascade_events') }}
    where has_full_window
),

pool as (
    select * from {{ ref('int_cascade_pool') }}
)

select
    events.event_type,
    events.is_of_the_thesis,
    pool.period,
    pool.date,
    pool.asset,
    pool.stage_number,
    pool.unit,
    pool.expected_sign,
    pool.sigma,
    pool.beta,
    {% for horizon in horizons -%}
        pool.move_{{ horizon }},
        pool.abnormal_{{ horizon }},
        pool.equity_{{ horizon }},
    {% endfor -%}
    greatest(events.known_at, pool.known_at_20) as event_known_at
from events
inner join pool on events.date = pool.date
