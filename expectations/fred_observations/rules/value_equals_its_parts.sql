-- severity: critical
-- scope: row
-- expected: T10Y2Y = DGS10 - DGS2, T10Y3M = DGS10 - DGS3MO, T10YIE = DGS10 - DFII10, T5YIE = DGS5 - DFII5, EFFR = DFF
--   since March 2016, and DGS = the Treasury's par curve since 2022, all to one hundredth
-- why: They are computed from each other: 5 of 37,000 days differ, all before 2000, and 0 of 2,420 yields differ from
--   the Treasury's. Of the figures in a broken equation, those that most of their own equations contradict are
--   quarantined.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, suspicions
with blamed as (
    select
        series,
        date,
        round(arg_max(difference, abs(difference)), 4) as difference_from_parts
    from suspicions
    where suspicion = greatest_suspicion
    group by series, date
)

select
    news.row_number,
    news.document_id,
    news.value,
    blamed.difference_from_parts
from news
inner join blamed on news.series_id = blamed.series and news.date = blamed.date
