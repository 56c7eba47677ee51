-- severity: critical
-- scope: row
-- expected: no two months of a country have the same position, net purchases and valuation
-- why: In tables 1 and 3 no two months of a position above 1 billion share all three. A row that is repeated under
--   another month shares all. All of them are quarantined, because each may be the wrong one.
-- uses: news, incoming
with repeated as (
    select row_number
    from incoming
    where
        series in ('slt_table1', 'slt_table3')
        and holdings > 1000
        and net_sales <> 0
        and valuation_change is not null
    qualify
        count(*) over (
            partition by
                document_id, series, country_code, security_type, instrument, holdings, net_sales, valuation_change
        ) > 1
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    news.net_sales,
    news.valuation_change
from news
semi join repeated on news.row_number = repeated.row_number
