-- Grain: a series and date: the value as known at the warehouse's as-of date.
with vintages as (
    select * from {{ ref('fct_observation_vintages') }}
),

ranked as (
    select
        *,
        row_number() over (partition by series_id, date order by known_at desc) as recency
    from vintages
)

select
    series_id,
    date,
    value,
    known_at,
    vintage_basis,
    publisher,
    correction_id
from ranked
where recency = 1 and value is not null
order by series_id, date
