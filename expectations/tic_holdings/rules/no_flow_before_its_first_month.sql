-- severity: critical
-- scope: row
-- expected: tables 1 and 3 have no net purchases (except of bills) and no valuation before February 2023
-- why: The form that reports them started then; earlier cells are n.a. in every edition.
-- uses: news
select
    row_number,
    document_id,
    net_sales,
    valuation_change
from news
where
    series in ('slt_table1', 'slt_table3')
    and month_end < '2023-02-28'
    and (valuation_change is not null or (instrument <> 'bills' and net_sales is not null))
