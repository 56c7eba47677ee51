-- severity: warning
-- scope: dataset
-- expected: a weekly stress index has its last Friday, at most four days after its release day
-- why: On real files never late; a holiday moves the release by a day or two.
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
where calendar = 'weekly_friday' and days_late > 4
