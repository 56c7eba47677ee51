-- The unexplained part of changes of positions with the flows as published, with the sign of net purchases reversed,
-- and with the sign of the valuation reversed. If a reversed sign explains more, the published sign is wrong.
-- uses: incoming
with flows as (
    select
        document_id,
        security_type,
        cast(holdings - lag(holdings) over months as double) as change,
        cast(net_sales as double) as net_sales,
        cast(valuation_change as double) as valuation_change
    from incoming
    where
        series in ('slt_table1', 'slt_table3')
        and instrument = 'long_term'
        and country_code < '69'
    window months as (
        partition by document_id, series, country_code, security_type order by month_end
    )
)

select
    document_id,
    security_type,
    sum(abs(change - net_sales - valuation_change)) as unexplained,
    sum(abs(change + net_sales - valuation_change)) as unexplained_with_sales_turned,
    sum(abs(change - net_sales + valuation_change)) as unexplained_with_valuation_turned
from flows
group by document_id, security_type
