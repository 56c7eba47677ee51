-- severity: critical
-- scope: document
-- expected: a country has as many months of Treasuries in table 3 as in table 1 of its release
-- why: True for all 91 countries in June 2026.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: treasury_countries
select
    own.document_id,
    own.country_code,
    own.months,
    table_1.months as months_in_table_1
from treasury_countries as own
inner join treasury_countries as table_1
    on
        own.newest_period = table_1.newest_period
        and own.country_code = table_1.country_code
        and table_1.series = 'slt_table1'
where own.series = 'slt_table3' and own.months <> table_1.months
