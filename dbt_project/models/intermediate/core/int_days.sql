-- Grain: one row per day.
-- The time spine of the semantic layer.
with days as (
    {{ dbt.date_spine('day', "cast('2000-01-01' as date)", "cast('2050-01-01' as date)") }}
)

select cast(date_day as date) as date_day
from days
