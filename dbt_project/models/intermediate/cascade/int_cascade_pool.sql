-- Grain: one row per period, asset and trading day.
-- Days from which an asset can be followed for 20 days, with the move of equities over the same days.
{% set horizons = [0, 1, 5, 10, 20] %}
with periods as (
    {{ cascade_periods(['all', 'before_2020', 'since_2020']) }}
),

followed as (
    select * from {{ ref('int_cascade_windows') }}
    where has_full_window and abnormal_0 + abnormal_1 + abnormal_5 + abnormal_10 + abnormal_20 is not null
),

equities as (
    select * from followed
    where asset = 'sp500'
)

select
    periods.period,
    followed.date,
    followed.asset,
    followed.stage_number,
    followed.unit,
    followed.expected_sign,
    followed.sigma,
    followed.beta,
    followed.known_at_20,
    {% for horizon in horizons -%}
        followed.move_{{ horizon }},
        followed.abnormal_{{ horizon }},
        equities.abnormal_{{ horizon }} as equity_{{ horizon }},
    {% endfor -%}
    row_number() over (order by periods.period, followed.asset, followed.date) as place
from followed
inner join periods on followed.date between periods.first_day and periods.last_day
left join equities on followed.date = equities.date
