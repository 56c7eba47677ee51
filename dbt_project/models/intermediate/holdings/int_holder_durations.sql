-- Grain: one row per holder.
-- Sensitivity of the holder's notes and bonds to the ten-year yield, fitted on all months with a reported valuation.
with coupons as (
    select
        country_code,
        month_end,
        valuation_change_usd_bn,
        known_at,
        lag(holdings_usd_bn) over months as holdings_before_usd_bn,
        lag(valuation_change_usd_bn) over months as valuation_change_before_usd_bn,
        month_number - lag(month_number) over months as months_since
    from {{ ref('int_holdings_on_one_basis') }}
    where instrument = 'long_term'
    window months as (partition by country_code, basis_number order by month_number)
),

yield_changes as (
    select * from {{ ref('int_ten_year_yields') }}
),

-- Valuation in per cent of the previous holdings, paired with the fall in the yield. Excludes the first month of form SLT, whose
-- previous holdings come from another form.
paired as (
    select
        coupons.country_code,
        -yield_changes.yield_change_pct as yield_fall_pct,
        greatest(coupons.known_at, yield_changes.known_at) as known_at,
        100 * cast(coupons.valuation_change_usd_bn as double) / cast(coupons.holdings_before_usd_bn as double)
            as valuation_pct
    from coupons
    inner join yield_changes on coupons.month_end = yield_changes.month_end
    where
        coupons.months_since = 1
        and coupons.valuation_change_usd_bn is not null
        and coupons.valuation_change_before_usd_bn is not null
        and coupons.holdings_before_usd_bn > 0
        and yield_changes.yield_change_pct is not null
)

-- Fewer than two years of months cannot separate a slope from noise.
select
    country_code,
    cast(count(*) as integer) as months_fitted,
    max(known_at) as known_at,
    regr_slope(valuation_pct, yield_fall_pct) as duration_years,
    round(regr_r2(valuation_pct, yield_fall_pct), 3) as r2
from paired
group by country_code
having count(*) >= 24
