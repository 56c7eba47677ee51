-- severity: critical
-- scope: row
-- expected: every country code is in the list of countries
-- why: A figure under a code that the publisher does not use belongs to nobody.
-- uses: news, seed_countries
select
    row_number,
    document_id,
    published_name,
    holdings
from news
anti join seed_countries as countries using (country_code)
where country_code is not null
