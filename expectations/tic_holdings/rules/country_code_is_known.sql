-- severity: critical
-- scope: row
-- expected: every country code is in the list of countries
-- why: A figure with a code that the publisher does not use cannot be assigned to a country.
-- uses: news, seed_countries
select
    news.row_number,
    news.document_id,
    news.published_name,
    news.holdings
from news
anti join seed_countries as countries on news.country_code = countries.country_code
where news.country_code is not null
