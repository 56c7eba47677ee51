-- Grain: one row per event, asset and horizon.
-- Moves of the asset from the day of the event on, relative to its usual move. No row if the horizon ends after the newest day or
-- the asset has less than a year of history.
with events as (
    select * from {{ ref('cascade_events') }}
),

windows as (
    select * from {{ ref('int_cascade_windows') }}
),

by_horizon as (
    {% for horizon in [0, 1, 5, 10, 20] -%}
        select
            date,
            asset,
            stage_number,
            unit,
            expected_sign,
            mean_move,
            sigma,
            beta,
            {{ horizon }} as horizon_days,
            move_{{ horizon }} as plain_move,
            abnormal_{{ horizon }} as abnormal_move,
            known_at_{{ horizon }} as known_at
        from windows
        where abnormal_{{ horizon }} is not null
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
),

equities as (
    select
        date,
        horizon_days,
        abnormal_move
    from by_horizon
    where asset = 'sp500'
)

select
    events.event_type,
    events.date,
    responses.asset,
    responses.stage_number,
    responses.unit,
    responses.expected_sign,
    events.event_id,
    events.is_of_the_thesis,
    events.era,
    events.stock_bond_regime,
    events.has_full_window,
    cast(responses.horizon_days as integer) as horizon_days,
    round(responses.plain_move, 6) as plain_move,
    round(responses.abnormal_move, 6) as abnormal_move,
    round(responses.abnormal_move / nullif(responses.sigma * sqrt(responses.horizon_days + 1), 0), 6) as abnormal_move_in_sigma,
    round(responses.beta, 6) as beta,
    round(responses.abnormal_move - responses.beta * equities.abnormal_move, 6) as move_beyond_beta,
    -- A zero move has no sign, whatever the last digits of its sum are.
    round(responses.abnormal_move, 6) * responses.expected_sign > 0 as has_expected_sign,
    greatest(events.known_at, responses.known_at) as known_at
from events
inner join by_horizon as responses on events.date = responses.date
left join equities on responses.date = equities.date and responses.horizon_days = equities.horizon_days
order by events.event_type, events.date, responses.stage_number, responses.asset, responses.horizon_days
