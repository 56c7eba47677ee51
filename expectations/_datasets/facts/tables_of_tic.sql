-- The newest month of each monthly table of TIC, and the month that the calendar announces.
-- uses: asked, raw.tic_holdings, release_calendar
with newest as (
    select
        asked.source,
        asked.dataset,
        asked.answered_at,
        asked.answered_on,
        max(holdings.month_end) as newest_month
    from asked
    inner join raw.tic_holdings as holdings on asked.dataset = holdings.series
    where asked.dataset in ('slt_table1', 'slt_table3', 'slt_table5') and holdings.line_number is not null
    group by asked.source, asked.dataset, asked.answered_at, asked.answered_on
)

select
    newest.source,
    newest.dataset,
    newest.answered_at,
    newest.answered_on,
    newest.newest_month,
    max(release_calendar.data_month_end) as month_due,
    min(release_calendar.data_month_end) filter (where release_calendar.data_month_end > newest.newest_month)
        as first_month_missing
from newest
inner join release_calendar on newest.answered_at >= release_calendar.due_at
group by newest.source, newest.dataset, newest.answered_at, newest.answered_on, newest.newest_month
