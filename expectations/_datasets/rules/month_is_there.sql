-- severity: warning
-- scope: dataset
-- expected: a monthly series has its last month, at most 30 days after its usual lag
-- why: FRED's page of the market value of the debt shows a month in the middle of the next one; the lag allows two weeks
--   more.
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
where calendar = 'monthly' and days_late > 30
