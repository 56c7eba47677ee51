-- Grain: one row per country code.
with countries as (
    select * from {{ ref('stg_countries') }}
)

select
    country_code,
    country,
    region,
    is_aggregate,
    is_memo,
    is_custodial_centre,
    iso_alpha2,
    country_plain_name
from countries
order by country_code
