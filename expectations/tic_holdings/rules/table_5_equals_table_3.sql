-- severity: critical
-- scope: row
-- expected: table 5 is table 3 of the same release, rounded to 0.1 billion
-- why: Exact in all 312 figures of June 2026; half of the last digit is 50 million.
-- uses: news, tables_compared
select
    news.row_number,
    news.document_id,
    news.holdings,
    apart.holdings_difference as difference_usd_mn
from news
inner join tables_compared as apart
    on
        news.document_id = apart.document_id
        and news.country_code = apart.country_code
        and news.month_end = apart.month_end
where apart.is_with_table_5 and apart.holdings_difference > 50
