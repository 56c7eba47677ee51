-- Grain: one row per month.
-- The last ten-year yield of each month and its change from the previous month.
with yields as (
    select
        date,
        value as yield_pct,
        known_at,
        last_day(date) as month_end
    from {{ ref('fct_observations') }}
    where series_id = 'DGS10' and value is not null
),

ranked as (
    select
        *,
        row_number() over (partition by month_end order by date desc) as recency
    from yields
)

select
    month_end,
    yield_pct,
    known_at,
    yield_pct - lag(yield_pct) over (order by month_end) as yield_change_pct
from ranked
where recency = 1
