-- Grain: one row per month.
-- Marketable Treasury debt at the end of the month, at face value and at market value, with the month before it, and what the
-- ten-year yield did to its market value.
with observations as (
    select
        observations.known_at,
        observations.series_id,
        -- FRED dates a month by its first day.
        last_day(observations.date) as month_end,
        observations.value
        * case when series.units like 'Millions%' then 0.001 when series.units like 'Billions%' then 1.0 end as usd_bn
    from {{ ref('fct_observations') }} as observations
    inner join {{ ref('dim_series') }} as series on observations.series_id = series.series_id
    where observations.series_id in ('MVMTD027MNFRBDAL', 'MSPD_MARKETABLE') and observations.value is not null
),

debt as (
    select
        month_end,
        cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number,
        max(case when series_id = 'MVMTD027MNFRBDAL' then usd_bn end) as market_value_usd_bn,
        max(case when series_id = 'MSPD_MARKETABLE' then usd_bn end) as face_value_usd_bn,
        max(known_at) as known_at
    from observations
    group by month_end
),

with_month_before as (
    select
        *,
        case when month_number - lag(month_number) over months = 1 then lag(market_value_usd_bn) over months end
            as market_value_before_usd_bn,
        case when month_number - lag(month_number) over months = 1 then lag(face_value_usd_bn) over months end
            as face_value_before_usd_bn,
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
    cast(debt.face_value_usd_bn as decimal(18, 3)) as face_value_usd_bn,
    cast(debt.face_value_before_usd_bn as decimal(18, 3)) as face_value_before_usd_bn,
    cast(debt.market_value_usd_bn as decimal(18, 3)) as market_value_usd_bn,
    cast(debt.market_value_before_usd_bn as decimal(18, 3)) as market_value_before_usd_bn,
    cast(-durations.duration_years * yields.yield_change_pct / 100 * debt.market_value_before_usd_bn as decimal(18, 3))
        as price_effect_estimated_usd_bn,
    greatest(
        debt.change_known_at,
        case
            when debt.market_value_before_usd_bn is not null
                then greatest(coalesce(yields.known_at, debt.known_at), coalesce(durations.known_at, debt.known_at))
            else debt.known_at
        end
    ) as known_at
from with_month_before as debt
left join yields on debt.month_end = yields.month_end
left join durations on durations.country_code = '99996'
