-- severity: critical
-- scope: row
-- expected: table 1: all securities = Treasuries + agencies + corporate bonds + stocks, in holdings, net purchases and
--   valuation
-- why: Five rounded figures are off by 2 at most; measured 1 in 43,890 rows.
-- uses: news, incoming
with sums as (
    select
        document_id,
        country_code,
        month_end,
        max(holdings) filter (where security_type = 'all_us_securities')
        - sum(holdings) filter (where security_type <> 'all_us_securities') as holdings_off_by,
        max(net_sales) filter (where security_type = 'all_us_securities')
        - sum(net_sales) filter (where security_type <> 'all_us_securities') as net_sales_off_by,
        max(valuation_change) filter (where security_type = 'all_us_securities')
        - sum(valuation_change) filter (where security_type <> 'all_us_securities') as valuation_off_by
    from incoming
    where series = 'slt_table1'
    group by document_id, country_code, month_end
)

select
    news.row_number,
    news.document_id,
    sums.holdings_off_by,
    sums.net_sales_off_by,
    sums.valuation_off_by
from news
inner join sums
    on
        news.document_id = sums.document_id
        and news.country_code = sums.country_code
        and news.month_end = sums.month_end
where greatest(abs(sums.holdings_off_by), abs(sums.net_sales_off_by), abs(sums.valuation_off_by)) > 2
