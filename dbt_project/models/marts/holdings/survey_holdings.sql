-- Grain: one row per country, survey, security type and maturity.
-- Compares the annual survey of foreign holdings with the monthly figures for the same month. Also the change in that month
-- that neither purchases nor prices explain.
with survey as (
    select * from {{ ref('stg_tic__holdings') }}
    where source_series = 'shl'
),

-- Final results come out at the end of April of the year after.
dated as (
    select
        *,
        least(
            retrieved_at, {{ end_of_release("last_day(cast(month_end as date) + interval '10 months')") }}
        ) as known_at
    from survey
),

statements as (
    select
        *,
        row_number() over (
            partition by country_code, month_end, security_type, instrument order by known_at desc, retrieved_at desc
        ) as recency
    from dated
    where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
),

monthly as (
    select * from {{ ref('fct_securities') }}
    where direction = 'foreign_holdings'
),

countries as (
    select * from {{ ref('stg_countries') }}
)

select
    statements.country_code,
    countries.country,
    statements.month_end,
    statements.security_type,
    statements.instrument,
    countries.is_aggregate,
    statements.holdings_usd_bn as survey_usd_bn,
    monthly.holdings_usd_bn as monthly_usd_bn,
    monthly.other_change_usd_bn,
    monthly.source_series,
    cast(statements.holdings_usd_bn - monthly.holdings_usd_bn as decimal(18, 3)) as survey_less_monthly_usd_bn,
    greatest(statements.known_at, coalesce(monthly.known_at, statements.known_at)) as known_at
from statements
inner join countries on statements.country_code = countries.country_code
left join monthly
    on
        statements.country_code = monthly.country_code
        and statements.month_end = monthly.month_end
        and statements.security_type = monthly.security_type
        and statements.instrument = monthly.instrument
where statements.recency = 1 and statements.holdings_usd_bn is not null
order by statements.country_code, statements.month_end, statements.security_type, statements.instrument
