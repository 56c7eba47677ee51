-- Grain: one row per country code.
with countries as (
    select * from {{ ref('stg_countries') }}
)

select
    country_code,
    country,
    case
        when country = 'China, Mainland' then 'China'
        when country = 'Korea, South' then 'South Korea'
        when country = 'Korea, North' then 'North Korea'
        when country like 'Of Which: %' then substr(country, 12)
        when country like 'Memo: %' then substr(country, 7)
        else country
    end as plain_name,
    region,
    is_aggregate,
    is_memo,
    is_custodial_centre,
    iso_alpha2,
    country_plain_name
from countries
order by country_code
