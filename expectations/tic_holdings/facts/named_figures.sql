-- Holdings and trades of named countries, one figure per row, with their region.
-- uses: offered, seed_countries
select
    offered.document_id,
    offered.row_number,
    offered.month_end,
    offered.security_type,
    offered.instrument,
    countries.region,
    unnest([
        cast(offered.holdings as double),
        cast(offered.gross_purchases as double),
        cast(offered.gross_sales as double)
    ]) as figure,
    unnest(['holdings', 'gross_purchases', 'gross_sales']) as measure
from offered
inner join seed_countries as countries
    on offered.country_code = countries.country_code and countries.is_aggregate = 'false'
where
    offered.series in ('slt_table1', 'slt_table3', 'slt3d', 's1')
    and (offered.security_type = 'treasury' or offered.series in ('slt_table1', 's1'))
