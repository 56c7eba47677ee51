-- Grain: one row per country, month and window.
-- What the ten-year yield alone would have done to the value of the holder's notes and bonds, and their position before.
-- With the holder's own duration if yields explain its valuation changes well (R2 of 0.6), else with that of all foreigners.
with coupons as (
    select
        country_code,
        month_end,
        month_number,
        basis_number,
        case
            when month_number - lag(month_number) over months = 1 then lag(holdings_usd_bn) over months
        end as holdings_before_usd_bn
    from {{ ref('int_holdings_on_one_basis') }}
    where instrument = 'long_term'
    window months as (partition by country_code, basis_number order by month_number)
),

yields as (
    select * from {{ ref('int_ten_year_yields') }}
),

durations as (
    select * from {{ ref('int_holder_durations') }}
),

implied as (
    select
        coupons.*,
        cast(
            -case when own.r2 >= 0.6 then own.duration_years else all_foreign.duration_years end
            * yields.yield_change_pct / 100 * cast(coupons.holdings_before_usd_bn as double) as decimal(18, 3)
        ) as price_implied_usd_bn
    from coupons
    left join yields on coupons.month_end = yields.month_end
    left join durations as own on coupons.country_code = own.country_code
    left join durations as all_foreign on all_foreign.country_code = '99996'
),

{% for window_months in [1, 3, 12] %}
    window_of_{{ window_months }} as (
        select
            country_code,
            month_end,
            {{ window_months }} as window_months,
            count(price_implied_usd_bn) over in_window as months_implied,
            sum(price_implied_usd_bn) over in_window as price_implied_usd_bn,
            first_value(holdings_before_usd_bn) over in_window as coupons_before_usd_bn
        from implied
        window in_window as (
            partition by country_code, basis_number order by month_number
            range between {{ window_months - 1 }} preceding and current row
        )
    ),

{% endfor %}
windows as (
    {%- for window_months in [1, 3, 12] %}
        select * from window_of_{{ window_months }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select
    country_code,
    month_end,
    cast(window_months as integer) as window_months,
    cast(price_implied_usd_bn as decimal(18, 3)) as price_implied_usd_bn,
    coupons_before_usd_bn
from windows
where months_implied = window_months
