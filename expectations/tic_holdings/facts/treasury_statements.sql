-- The figures on Treasuries of each edition of tables 1, 3 and 5, in millions: incoming documents, and the last known
-- edition of each table as a separate document.
-- uses: incoming, known_editions
with statements as (
    select
        document_id,
        series,
        country_code,
        month_end,
        instrument,
        unit,
        holdings,
        net_sales,
        valuation_change
    from incoming
    where series in ('slt_table1', 'slt_table3', 'slt_table5') and security_type = 'treasury'
    union all
    select
        'known ' || series as document_id,
        series,
        country_code,
        month_end,
        instrument,
        unit,
        holdings,
        net_sales,
        valuation_change
    from known_editions
)

select * replace (holdings * if(unit = 'usd_bn', 1000, 1) as holdings)
from statements
