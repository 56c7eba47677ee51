-- Grain: one row per country, month, instrument and known_at.
-- Every published value of the continuous history.
with vintages as (
    select * from {{ ref('int_holdings_vintages') }}
),

countries as (
    select * from {{ ref('stg_countries') }}
),

rebased as (
    select * from {{ ref('int_rebased_months') }}
),

rebased_by_country as (
    select
        countries.country_code,
        rebased.month_end,
        max(case when rebased.is_break_of_cslt then 1 else 0 end) = 1 as is_break_of_cslt
    from countries
    inner join rebased on rebased.scope = 'all' or countries.country_code = rebased.scope
    group by countries.country_code, rebased.month_end
),

flagged as (
    select
        vintages.country_code,
        countries.country,
        vintages.month_end,
        vintages.instrument,
        vintages.holdings_usd_bn,
        vintages.net_sales_usd_bn,
        vintages.valuation_change_usd_bn,
        vintages.source_series,
        vintages.released_on,
        vintages.known_at,
        vintages.vintage_basis,
        vintages.correction_id,
        countries.is_aggregate,
        countries.iso_alpha2,
        countries.country_plain_name,
        rebased_by_country.month_end is not null
        and (coalesce(vintages.source_series, '') <> 'cslt' or rebased_by_country.is_break_of_cslt) as is_break
    from vintages
    inner join countries on vintages.country_code = countries.country_code
    left join rebased_by_country
        on
            vintages.country_code = rebased_by_country.country_code
            and vintages.month_end = rebased_by_country.month_end
)

select * from flagged
order by country_code, month_end, instrument, known_at
