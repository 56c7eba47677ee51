-- Grain: one row per month and scope.
-- Months that are not comparable with the previous month, for all countries or for one.
with breaks as (
    select * from {{ ref('tic_series_breaks') }}
)

select distinct
    month_end,
    scope
from breaks
where breaks_holdings
