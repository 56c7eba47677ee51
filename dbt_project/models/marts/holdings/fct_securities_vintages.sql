-- Grain: one row per direction, country, month, security type, instrument and known_at.
-- Every published value of all securities.
with vintages as (
    select * from {{ ref('int_securities_vintages') }}
),

countries as (
    select * from {{ ref('stg_countries') }}
)

select
    vintages.direction,
    vintages.country_code,
    countries.country,
    vintages.month_end,
    vintages.security_type,
    vintages.instrument,
    vintages.holdings_usd_bn,
    vintages.net_purchases_usd_bn,
    vintages.valuation_change_usd_bn,
    vintages.source_series,
    vintages.known_at,
    vintages.vintage_basis,
    countries.is_aggregate,
    countries.iso_alpha2,
    countries.country_plain_name
from vintages
inner join countries on vintages.country_code = countries.country_code
order by
    vintages.direction,
    vintages.security_type,
    vintages.instrument,
    vintages.country_code,
    vintages.month_end,
    vintages.known_at
