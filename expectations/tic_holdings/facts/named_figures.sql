-- Holdings and trades of named countries, one figure per row, with their region.
-- uses: incoming, seed_countries
select
    incoming.document_id,
    incoming.row_number,
    incoming.month_end,
    incoming.security_type,
    incoming.instrument,
    countries.region,
    unnest([
        cast(incoming.holdings as double),
        cast(incoming.gross_purchases as double),
        cast(incoming.gross_sales as double)
    ]) as figure,
    unnest(['holdings', 'gross_purchases', 'gross_sales']) as measure
from incoming
inner join seed_countries as countries
    on incoming.country_code = countries.country_code and countries.is_aggregate = 'false'
where
    incoming.series in ('slt_table1', 'slt_table3', 'slt3d', 's1')
    and (incoming.security_type = 'treasury' or incoming.series in ('slt_table1', 's1'))
