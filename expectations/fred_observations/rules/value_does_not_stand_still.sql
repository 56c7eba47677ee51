-- severity: critical
-- scope: row
-- expected: a series does not repeat a value more often than the column longest_still of the catalogue allows; a value
--   of five digits occurs at most twice in a row; the newest value of a weekly series is not a repetition
-- why: A stuck feed repeats its last value. The bounds are 1.5 times the longest run since 1990: DGS10 5 days, VIXCLS
--   3, T10YIE 6. WALCL, WRESBAL and ANFCI never had a value twice in a row, and no value of five digits occurred three
--   times. Rates that a central bank sets have no bound, nor do yields below 0.25 per cent: at the zero bound a bill's
--   yield of 0.05 stays for weeks.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, runs
select
    news.row_number,
    news.document_id,
    news.value,
    runs.equal_values
from news
inner join runs on news.row_number = runs.row_number
where
    -- The first of the run was measured.
    runs.place > 1
    and not (runs.digits <= 2 and abs(news.value) < 0.25)
    and (
        runs.equal_values > if(runs.digits >= 5, least(runs.longest_still, 2), runs.longest_still)
        or (runs.digits >= 5 and runs.is_newest and runs.calendar = 'weekly_friday')
    )
