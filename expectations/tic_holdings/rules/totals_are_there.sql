-- severity: critical
-- scope: document
-- expected: tables 1 and 3 have all regions, Canada, organizations, and the four totals
-- why: Checks against them and remainders are impossible without them. They are in every edition.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: incoming, seed_countries
with totals as (
    select
        unnest([
            '19992', '29998', '39942', '34401', '49999', '59994', '69906', '69995', '79995', '99990', '99991', '99996'
        ]) as country_code
),

tables as (
    select distinct document_id
    from incoming
    where series in ('slt_table1', 'slt_table3')
)

select
    tables.document_id,
    countries.country as missing
from tables
cross join totals
anti join incoming on tables.document_id = incoming.document_id and totals.country_code = incoming.country_code
left join seed_countries as countries on totals.country_code = countries.country_code
