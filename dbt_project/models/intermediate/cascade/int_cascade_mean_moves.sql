-- Grain: one row per event type, asset, horizon and period.
-- Average moves after events.
{% set horizons = [0, 1, 5, 10, 20] %}
with event_moves as (
    select * from {{ ref('int_cascade_event_moves') }}
)

{% for horizon in horizons -%}
    select
        event_type,
        is_of_the_thesis,
        period,
        asset,
        stage_number,
        unit,
        expected_sign,
        {{ horizon }} as horizon_days,
        count(*) as n_events,
        {{ exact_mean('move_' ~ horizon) }} as mean_move,
        {{ exact_mean('abnormal_' ~ horizon) }} as mean_abnormal_move,
        {{ element_of(quantiles('abnormal_' ~ horizon, [0.5]), 1) }} as median_abnormal_move,
        avg(case when round(abnormal_{{ horizon }}, 6) * expected_sign > 0 then 1 else 0 end) as share_expected_sign,
        {{ exact_mean('abnormal_' ~ horizon ~ ' - abnormal_0') }} as mean_after_day_0,
        {{ exact_mean('abnormal_' ~ horizon ~ ' / nullif(sigma * sqrt(' ~ (horizon + 1) ~ '), 0)') }} as mean_in_sigma,
        {{ exact_mean('abnormal_' ~ horizon ~ ' - beta * equity_' ~ horizon) }} as mean_beyond_beta,
        max(event_known_at) as known_at
    from event_moves
    group by event_type, is_of_the_thesis, period, asset, stage_number, unit, expected_sign
    {%- if not loop.last %}
        union all
    {%- endif %}
{% endfor -%}
