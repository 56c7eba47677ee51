-- Grain: a country, month and instrument: one continuous history from 2000 on, as known at the warehouse's as-of date.
with vintages as (
    select * from {{ ref('fct_holdings_vintages') }}
),

ranked as (
    select
        *,
        row_number() over (partition by country_code, month_end, instrument order by known_at desc) as recency
    from vintages
),

latest as (
    select * from ranked
    where recency = 1 and holdings_usd_bn is not null
),

with_month_before as (
    select
        *,
        lag(month_end) over months as month_end_before,
        lag(holdings_usd_bn) over months as holdings_before_usd_bn
    from latest
    window months as (partition by country_code, instrument order by month_end)
)

select
    country_code,
    country,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    source_series,
    is_break,
    released_on,
    known_at,
    vintage_basis,
    correction_id,
    -- A change is only a change on one basis, and from one month to the next.
    case
        when not is_break and month_end_before = last_day(month_end - interval '1 month')
            then
                cast(
                    holdings_usd_bn - holdings_before_usd_bn - net_sales_usd_bn - valuation_change_usd_bn
                    as decimal(18, 3)
                )
    end as other_change_usd_bn
from with_month_before
order by country_code, month_end, instrument
