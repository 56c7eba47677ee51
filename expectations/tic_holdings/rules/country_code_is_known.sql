-- severity: critical
-- scope: row
-- expected: every country code is in the list of countries
-- why: A figure under a code that the publisher does not use belongs to nobody.
-- uses: news, seed_countries
select
    news.row_number,
    news.document_id,
    news.published_name,
    news.holdings
from news
anti join seed_countries as countries on news.country_code = countries.country_code
where news.country_code is not null
