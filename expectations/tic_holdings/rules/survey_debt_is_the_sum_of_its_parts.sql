-- severity: critical
-- scope: row
-- expected: survey: debt = Treasuries + agencies + corporate debt
-- why: Four rounded figures are off by at most 2, which does occur.
-- uses: news, survey_sums
with wrong as (
    select
        document_id,
        country_code,
        month_end,
        max(abs(debt - sum_of_debt)) as off_by
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
where wrong.off_by > 2
