-- severity: critical
-- scope: row
-- expected: net purchases: total = long-term + bills, to the million
-- why: Three rounded figures are off by at most 1, as are 97 of 2,925.
-- uses: news, terms
select
    news.row_number,
    news.document_id,
    terms.total_sales,
    terms.long_term_sales,
    terms.bills_sales
from news
inner join terms
    on
        news.document_id = terms.document_id
        and news.country_code = terms.country_code
        and news.month_end = terms.month_end
where abs(terms.total_sales - terms.long_term_sales - terms.bills_sales) > 1
