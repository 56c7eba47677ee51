-- severity: critical
-- scope: document
-- expected: every country of table 5 is in table 3 of its release
-- why: Table 5 is an extract of table 3.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: treasury_countries
with tables_3 as (
    select distinct
        document_id,
        newest_period
    from treasury_countries
    where series = 'slt_table3'
)

select
    tables_3.document_id,
    table_5.country_code as missing
from tables_3
inner join treasury_countries as table_5
    on tables_3.newest_period = table_5.newest_period and table_5.series = 'slt_table5'
anti join treasury_countries as own
    on tables_3.document_id = own.document_id and table_5.country_code = own.country_code
where table_5.country_code <> 'OTHER'
