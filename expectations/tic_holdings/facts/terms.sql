-- Tables 3 and 3D: total, long-term and bills of a country and month in one row.
-- uses: incoming
select
    document_id,
    country_code,
    month_end,
    max(holdings) filter (where instrument = 'total') as total,
    max(holdings) filter (where instrument = 'long_term') as long_term,
    max(holdings) filter (where instrument = 'bills') as bills,
    max(net_sales) filter (where instrument = 'total') as total_sales,
    max(net_sales) filter (where instrument = 'long_term') as long_term_sales,
    max(net_sales) filter (where instrument = 'bills') as bills_sales
from incoming
where series in ('slt_table3', 'slt3d')
group by document_id, country_code, month_end
