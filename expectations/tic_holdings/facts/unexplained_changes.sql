-- The part of the change of a long-term position that neither net purchases nor valuation explain, if above 10 billion
-- dollars.
-- uses: incoming
select
    row_number,
    cast(holdings - lag(holdings) over months - net_sales - valuation_change as double) as unexplained_change,
    cast(greatest(holdings, lag(holdings) over months) as double) as position
from incoming
where series in ('slt_table1', 'slt_table3') and instrument = 'long_term'
window months as (partition by document_id, series, country_code, security_type order by month_end)
qualify abs(unexplained_change) > 10000
