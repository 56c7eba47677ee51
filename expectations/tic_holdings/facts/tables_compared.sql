-- The differences between a document and its sister tables of the same release, in millions.
-- uses: treasury_statements, tables_of_one_release
select
    own.document_id,
    own.country_code,
    own.month_end,
    sisters.series = 'slt_table5' or sisters.sister_series = 'slt_table5' as is_with_table_5,
    max(abs(own.holdings - other.holdings)) as holdings_difference,
    max(
        greatest(abs(own.net_sales - other.net_sales), abs(own.valuation_change - other.valuation_change))
    ) as flows_difference,
    bool_or(
        (own.holdings is null) <> (other.holdings is null)
        or (own.net_sales is null) <> (other.net_sales is null)
        or (own.valuation_change is null) <> (other.valuation_change is null)
    ) as is_missing_in_one
from tables_of_one_release as sisters
inner join treasury_statements as own on sisters.document_id = own.document_id
inner join treasury_statements as other
    on
        sisters.sister_document_id = other.document_id
        and own.country_code = other.country_code
        and own.month_end = other.month_end
        and own.instrument = other.instrument
group by own.document_id, own.country_code, own.month_end, is_with_table_5
