-- The world's long-term position in each kind of security, and the share of it that neither flows nor valuation explain
-- in a month.
-- uses: incoming
select
    document_id,
    security_type,
    month_end,
    cast(holdings as double) as holdings,
    abs(cast(holdings - lag(holdings) over months - net_sales - valuation_change as double))
    / nullif(cast(lag(holdings) over months as double), 0) as unexplained_share
from incoming
where series in ('slt_table1', 'slt_table3') and instrument = 'long_term' and country_code = '99996'
window months as (partition by document_id, series, security_type order by month_end)
