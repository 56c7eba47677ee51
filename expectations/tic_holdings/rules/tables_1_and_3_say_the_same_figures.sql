-- severity: critical
-- scope: row
-- expected: a figure of long-term Treasuries is n.a. in both tables 1 and 3 of a release, or in neither
-- why: True in all 6,916 country-months of June 2026.
-- uses: news, tables_compared
select
    news.row_number,
    news.document_id,
    news.holdings,
    news.net_sales,
    news.valuation_change
from news
inner join tables_compared as apart
    on
        news.document_id = apart.document_id
        and news.country_code = apart.country_code
        and news.month_end = apart.month_end
where not apart.is_with_table_5 and apart.is_missing_in_one
