-- Countries with Treasuries in table 1 of any release that are missing in an incoming table 3. Only Cuba (30708) is not
-- in table 3, and is left out.
-- uses: treasury_countries, latest
with tables_3 as (
    select distinct document_id
    from treasury_countries
    where series = 'slt_table3'
),

countries as (
    select distinct country_code
    from latest
    where series = 'slt_table1' and security_type = 'treasury' and holdings is not null and country_code <> '30708'
)

select
    tables_3.document_id,
    countries.country_code
from tables_3
cross join countries
anti join treasury_countries as own
    on tables_3.document_id = own.document_id and countries.country_code = own.country_code
