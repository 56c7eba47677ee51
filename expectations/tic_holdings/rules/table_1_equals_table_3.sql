-- severity: critical
-- scope: row
-- expected: long-term Treasuries in tables 1 and 3 of one release are equal: holdings, net purchases and valuation
-- why: Equal in all 6,916 country-months of June 2026. All figures of the country and month are quarantined, because
--   each of them may be the wrong one.
-- uses: news, tables_compared
select
    news.row_number,
    news.document_id,
    news.holdings,
    apart.holdings_difference,
    apart.flows_difference
from news
inner join tables_compared as apart
    on
        news.document_id = apart.document_id
        and news.country_code = apart.country_code
        and news.month_end = apart.month_end
where not apart.is_with_table_5 and greatest(apart.holdings_difference, apart.flows_difference) > 1
