-- Grain: a month whose holdings stand on another basis than those of the month before, for all countries or for one.
with breaks as (
    select * from {{ ref('tic_series_breaks') }}
)

select distinct
    month_end,
    scope
from breaks
where breaks_holdings
