-- severity: warning
-- scope: document
-- expected: the printed name of every country is listed for its code
-- why: The publisher sometimes changes the spelling of a country (Turkey, Turkiye). The code identifies the country, so
--   the rows are loaded.
-- advice: Check the publisher's notes. If it is the same country, add the name to dbt_project/seeds/country_names.csv.
-- uses: news, seed_countries, seed_country_names
with listed as (
    select
        country_code,
        lower(strip_accents(published_name)) as name
    from seed_country_names
),

-- Padding, accents, case and footnote marks such as `2/` and `(20)` do not count.
printed as (
    select distinct
        news.document_id,
        news.country_code,
        news.published_name,
        lower(strip_accents(regexp_replace(
            trim(regexp_replace(replace(news.published_name, '’', ''''), '\s+', ' ', 'g')),
            '( ?(\([0-9]{1,2}(, ?[0-9]{1,2})*\),?|[0-9]{1,2}/))+$',
            ''
        ))) as name
    from news
    inner join seed_countries as countries on news.country_code = countries.country_code
    where countries.is_aggregate = 'false' and news.published_name is not null
)

select
    printed.document_id,
    printed.country_code,
    printed.published_name
from printed
anti join listed on printed.country_code = listed.country_code and printed.name = listed.name
