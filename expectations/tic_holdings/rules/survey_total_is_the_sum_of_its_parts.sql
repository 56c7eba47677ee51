-- severity: critical
-- scope: row
-- expected: survey: all securities = stocks + long-term debt + short-term debt
-- why: Four rounded figures are off by at most 2, which does occur.
-- uses: news, survey_sums
with wrong as (
    select
        document_id,
        country_code,
        month_end,
        max(everything) filter (where instrument = 'total')
        - max(debt) filter (where instrument = 'long_term')
        - max(debt) filter (where instrument = 'bills')
        - max(stocks) as off_by
    from survey_sums
    group by document_id, country_code, month_end
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    wrong.off_by
from news
inner join wrong
    on
        news.document_id = wrong.document_id
        and news.country_code = wrong.country_code
        and news.month_end = wrong.month_end
where abs(wrong.off_by) > 2
