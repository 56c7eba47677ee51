-- The countries of each edition and those of all previous editions, with their first months. Table 5 is left out,
-- because its countries depend on their rank.
-- uses: incoming, known
with countries as (
    select
        document_id,
        document_rank,
        series,
        country_code,
        min(month_end) as first_month
    from incoming
    where series not in ('mfhhis01_old_basis', 'slt_table5')
    group by document_id, document_rank, series, country_code
),

editions as (
    select
        document_id,
        document_rank,
        series,
        min(first_month) as first_month
    from countries
    group by document_id, document_rank, series
),

all_countries as (
    select
        document_rank,
        series,
        country_code,
        first_month
    from countries
    union all
    select
        -1 as document_rank,
        series,
        country_code,
        min(month_end) as first_month
    from known
    where holdings is not null or gross_purchases is not null
    group by series, country_code
),

before as (
    select
        editions.document_id,
        editions.series,
        editions.first_month as first_month_of_document,
        all_countries.country_code,
        min(all_countries.first_month) as first_month
    from editions
    inner join all_countries
        on editions.series = all_countries.series and editions.document_rank > all_countries.document_rank
    group by editions.document_id, editions.series, editions.first_month, all_countries.country_code
),

compared as (
    select countries.*
    from countries
    semi join before on countries.document_id = before.document_id
)

select
    coalesce(before.document_id, countries.document_id) as document_id,
    coalesce(before.country_code, countries.country_code) as country_code,
    countries.country_code is null as is_lost,
    before.country_code is null as is_new,
    before.first_month as first_month_before,
    countries.first_month,
    before.first_month_of_document
from before
full join compared as countries
    on
        before.document_id = countries.document_id
        and before.series = countries.series
        and before.country_code = countries.country_code
