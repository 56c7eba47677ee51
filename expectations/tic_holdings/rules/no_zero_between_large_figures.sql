-- severity: critical
-- scope: row
-- expected: no 0 is between two months of more than 10 billion dollars
-- why: The largest real one is Norway in May 2004, 0.0 between 6.1 and 7.0. A larger one is a lost cell, or n.a. parsed
--   as 0.
-- uses: news, incoming
with months as (
    select
        row_number,
        holdings,
        lag(holdings) over months as holdings_earlier,
        lead(holdings) over months as holdings_later,
        least(holdings_earlier, holdings_later) * if(unit = 'usd_bn', 1000, 1) as smaller_usd_mn,
        lag(month_end) over months >= month_end - interval 32 day
        and lead(month_end) over months <= month_end + interval 32 day as has_both_months
    from incoming
    where series in ('slt_table1', 'slt_table3', 'slt_table5', 'slt3d', 'mfhhis01') and holdings is not null
    window months as (
        partition by document_id, series, country_code, security_type, instrument order by month_end
    )
)

select
    news.row_number,
    news.document_id,
    months.holdings_earlier,
    months.holdings_later
from news
inner join months on news.row_number = months.row_number
where months.holdings = 0 and months.has_both_months and months.smaller_usd_mn > 10000
