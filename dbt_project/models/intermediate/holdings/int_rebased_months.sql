-- Grain: one row per month and scope.
-- Months that are not comparable with the previous month, for all countries or for one.
with breaks as (
    select * from {{ ref('tic_series_breaks') }}
)

-- The file cslt.zip reports what a survey or a new form added as neither purchases nor prices; only a change of who reports
-- breaks it.
select
    month_end,
    scope,
    max(case when kind = 'reporting_panel' then 1 else 0 end) = 1 as is_break_of_cslt
from breaks
where breaks_holdings
group by month_end, scope
