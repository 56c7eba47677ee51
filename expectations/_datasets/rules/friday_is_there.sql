-- severity: warning
-- scope: dataset
-- expected: a weekly stress index has its last Friday, at most four days after the day on which it comes out
-- why: On real files never late; a holiday moves the release by a day or two.
-- advice: Nothing, if its publisher has said why. Otherwise look at its page: the series may be late, renamed or ended.
--   What is loaded stays valid.
-- uses: series_due
select
    source,
    dataset,
    newest_date,
    next_date,
    days_late
from series_due
where calendar = 'weekly_friday' and days_late > 4
