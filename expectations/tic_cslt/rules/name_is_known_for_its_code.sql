-- severity: warning
-- scope: document
-- expected: every country is printed under a name that is listed for its code
-- why: The code says who is meant, so the rows are loaded; a name of another country would be a mistake of the file.
-- advice: Check the publisher's notes. If it is the same country, add the name to dbt_project/seeds/country_names.csv.
-- uses: news, seed_countries, seed_country_names
with printed as (
    select distinct
        news.document_id,
        news.country_code,
        news.published_name
    from news
    inner join seed_countries as countries on news.country_code = countries.country_code
    where countries.is_aggregate = 'false'
)

select
    printed.document_id,
    printed.country_code,
    printed.published_name
from printed
anti join seed_country_names as names
    on
        printed.country_code = names.country_code
        and lower(strip_accents(printed.published_name)) = lower(strip_accents(names.published_name))
