-- severity: warning
-- scope: dataset
-- expected: a series of the H.4.1 has its last Wednesday, at most four days after the Thursday on which it comes out
-- why: On real files never late. Where Thursday and Friday are closed, it comes out on Monday.
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
where calendar = 'weekly_wednesday' and days_late > 4
