-- severity: warning
-- scope: dataset
-- expected: a series of the H.4.1 has its last Wednesday, at most four days after the Thursday of its release
-- why: On real files never late. If Thursday and Friday are holidays, it is released on Monday.
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
where calendar = 'weekly_wednesday' and days_late > 4
