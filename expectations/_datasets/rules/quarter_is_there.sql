-- severity: warning
-- scope: dataset
-- expected: a quarterly series has its last quarter, at most 60 days after its usual lag
-- why: The Treasury Bulletin comes out four times a year and has been late by weeks.
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
where calendar = 'quarterly' and days_late > 60
