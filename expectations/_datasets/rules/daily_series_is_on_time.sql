-- severity: warning
-- scope: dataset
-- expected: a daily series has a new value at most five days after the next one was due (its lag, business days only)
-- why: On real files 0 or 1 days late. The longest pause without a fault is a weekend with holidays on both sides: 4 days
--   after the due day.
-- advice: Nothing, if the publisher has announced a reason. Otherwise check its page: the series may be late, renamed
--   or ended. The loaded figures stay valid.
-- uses: series_due
select
    source,
    dataset,
    newest_date,
    next_date,
    days_late
from series_due
where calendar in ('business', 'daily') and days_late > 5
