-- severity: critical
-- scope: row
-- expected: a total, its long-term part and its bills are all published or all n.a.
-- why: Holds for all 24,150 country-months of tables 3 and 3D. Sixteen countries are n.a. for total and bills in
--   every month: never 0.
-- uses: news, terms
select
    news.row_number,
    news.document_id,
    terms.total,
    terms.long_term,
    terms.bills
from news
inner join terms
    on
        news.document_id = terms.document_id
        and news.country_code = terms.country_code
        and news.month_end = terms.month_end
where (terms.total is null) <> (terms.bills is null) or (terms.long_term is null and terms.total is not null)
