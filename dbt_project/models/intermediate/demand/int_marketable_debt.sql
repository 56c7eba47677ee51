-- Grain: one row per month.
-- Marketable Treasury debt at market value at the end of the month, and what the ten-year yield did to its value since the month
-- before. FRED dates a month by its first day.
with debt as (
    select
        observations.known_at,
        last_day(observations.date) as month_end,
        cast(12 * extract(year from observations.date) + extract(month from observations.date) as integer) as month_number,
        observations.value
        * case when series.units like 'Millions%' then 0.001 when series.units like 'Billions%' then 1.0 end as usd_bn
    from {{ ref('fct_observations') }} as observations
    inner join {{ ref('dim_series') }} as series on observations.series_id = series.series_id
    where observations.series_id = 'MVMTD027MNFRBDAL' and observations.value is not null
),

with_month_before as (
    select
        *,
        case when month_number - lag(month_number) over months = 1 then lag(usd_bn) over months end as before_usd_bn,
        greatest(known_at, coalesce(lag(known_at) over months, known_at)) as change_known_at
    from debt
    window months as (order by month_number)
),

yields as (
    select * from {{ ref('int_ten_year_yields') }}
),

-- How much the coupons of all foreigners lose when the ten-year yield rises: the only valuation that is reported.
durations as (
    select * from {{ ref('int_holder_durations') }}
)

select
    debt.month_end,
    cast(debt.usd_bn as decimal(18, 3)) as market_value_usd_bn,
    cast(debt.before_usd_bn as decimal(18, 3)) as market_value_before_usd_bn,
    cast(-durations.duration_years * yields.yield_change_pct / 100 * debt.before_usd_bn as decimal(18, 3))
        as price_effect_estimated_usd_bn,
    greatest(
        debt.change_known_at,
        coalesce(yields.known_at, debt.change_known_at),
        coalesce(durations.known_at, debt.change_known_at)
    ) as known_at
from with_month_before as debt
left join yields on debt.month_end = yields.month_end
left join durations on durations.country_code = '99996'
