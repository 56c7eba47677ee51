-- severity: critical
-- scope: row
-- expected: holdings: total = long-term + bills, to the million
-- why: Three rounded figures are off by at most 1, as are 221 of 5,700 in table 3 and 412 of 11,712 in table 3D.
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
where abs(terms.total - terms.long_term - terms.bills) > 1
