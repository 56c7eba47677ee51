-- severity: warning
-- scope: dataset
-- expected: a quarterly series has its last quarter, at most 60 days after its usual lag
-- why: The Treasury Bulletin comes out four times a year and has been late by weeks.
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
where calendar = 'quarterly' and days_late > 60
