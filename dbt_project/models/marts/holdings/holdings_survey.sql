-- Grain: one row per country and survey.
-- Holdings of Treasuries by the annual survey of holdings (SHL), which reaches back further than the monthly tables.
with survey as (
    select * from {{ ref('stg_tic__holdings') }}
    where source_series = 'shl' and security_type = 'treasury' and holdings_usd_bn is not null
),

countries as (
    select * from {{ ref('dim_country') }}
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

known as (
    select
        *,
        row_number() over (
            partition by country_code, month_end, instrument order by known_at desc, retrieved_at desc
        ) as recency
    from dated
    where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
),

side_by_side as (
    select
        country_code,
        month_end,
        max(case when instrument = 'long_term' then holdings_usd_bn end) as long_term_usd_bn,
        max(case when instrument = 'bills' then holdings_usd_bn end) as bills_usd_bn,
        max(known_at) as known_at
    from known
    where recency = 1
    group by country_code, month_end
)

select
    side_by_side.country_code,
    countries.country,
    side_by_side.month_end,
    side_by_side.long_term_usd_bn,
    side_by_side.bills_usd_bn,
    cast(side_by_side.long_term_usd_bn + side_by_side.bills_usd_bn as decimal(18, 3)) as total_usd_bn,
    side_by_side.known_at
from side_by_side
inner join countries on side_by_side.country_code = countries.country_code
order by side_by_side.country_code, side_by_side.month_end
