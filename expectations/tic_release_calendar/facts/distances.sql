-- Days between the release of a month and those of the previous and the next month, within one calendar.
-- uses: incoming
select
    row_number,
    date_diff('day', lag(announced_on) over months, announced_on) as days_after_the_month_before,
    date_diff('day', announced_on, lead(announced_on) over months) as days_before_the_month_after
from incoming
window months as (partition by document_id, kind order by data_month_end)
