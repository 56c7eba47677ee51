-- Grain: one row per country, month and window.
-- The change in holdings over 1, 3 and 12 months, split into net sales, valuation and other changes.
-- Where the valuation is an estimate, the rest of the change is not called net sales: it is `not_prices_usd_bn`.
with holdings as (
    select * from {{ ref('int_holdings_on_one_basis') }}
),

durations as (
    select * from {{ ref('int_holder_durations') }}
),

yield_changes as (
    select * from {{ ref('int_ten_year_yields') }}
),

bills as (
    select
        *,
        holdings_usd_bn - lag(holdings_usd_bn) over months as change_usd_bn,
        month_number - lag(month_number) over months as months_since
    from holdings
    where instrument = 'bills'
    window months as (partition by country_code, basis_number order by month_number)
),

-- Flows of Bertaut and Judson are of long-term securities. Net purchases of bills are the change in the position, by definition.
fed_flows as (
    select
        flows.country_code,
        flows.month_end,
        flows.net_sales_usd_bn as coupons_net_sales_usd_bn,
        bills.change_usd_bn as bills_net_sales_usd_bn,
        flows.valuation_change_usd_bn,
        flows.known_at
    from {{ ref('int_fed_treasury_flows') }} as flows
    inner join bills on flows.country_code = bills.country_code and flows.month_end = bills.month_end
    where bills.months_since = 1
),

-- One row per country and month, with long-term holdings and bills next to the total. TIC's flows come first.
by_month as (
    select
        total.country_code,
        total.country,
        total.month_end,
        total.month_number,
        total.basis_number,
        total.holdings_usd_bn,
        coupons.holdings_usd_bn as coupons_usd_bn,
        -- A total from another file of the same form has the valuation of its notes and bonds: bills have none. Before 2003
        -- cslt.zip has notes and bonds of countries, but no totals.
        coalesce(
            total.valuation_change_usd_bn,
            case when coupons.source_series <> 'cslt' then coupons.valuation_change_usd_bn end,
            fed_flows.valuation_change_usd_bn
        ) as valuation_change_usd_bn,
        coalesce(coupons.net_sales_usd_bn, fed_flows.coupons_net_sales_usd_bn) as coupons_net_sales_usd_bn,
        coalesce(bills.net_sales_usd_bn, fed_flows.bills_net_sales_usd_bn) as bills_net_sales_usd_bn,
        coalesce(
            total.net_sales_usd_bn, fed_flows.coupons_net_sales_usd_bn + fed_flows.bills_net_sales_usd_bn
        ) as net_sales_usd_bn,
        greatest(
            total.known_at,
            coalesce(coupons.known_at, total.known_at),
            coalesce(bills.known_at, total.known_at),
            coalesce(fed_flows.known_at, total.known_at)
        ) as known_at
    from holdings as total
    left join holdings as coupons
        on
            total.country_code = coupons.country_code
            and total.month_end = coupons.month_end
            and coupons.instrument = 'long_term'
    left join bills on total.country_code = bills.country_code and total.month_end = bills.month_end
    left join fed_flows
        on
            total.country_code = fed_flows.country_code
            and total.month_end = fed_flows.month_end
            and total.net_sales_usd_bn is null
    where total.instrument = 'total'
),

with_month_before as (
    select
        *,
        lag(coupons_usd_bn) over months as coupons_before_usd_bn,
        coalesce(month_number - lag(month_number) over months = 1, false) as follows_month_before
    from by_month
    window months as (partition by country_code, basis_number order by month_number)
),

-- A rise in the yield by one point reduces the value of previous long-term holdings by the duration, in per cent.
valued as (
    select
        month_before.*,
        durations.r2,
        month_before.net_sales_usd_bn is not null
        and month_before.valuation_change_usd_bn is not null as is_reported,
        case
            when month_before.valuation_change_usd_bn is not null then month_before.valuation_change_usd_bn
            when durations.r2 >= 0.6 and month_before.follows_month_before
                then cast(
                    -durations.duration_years * yield_changes.yield_change_pct / 100
                    * cast(month_before.coupons_before_usd_bn as double) as decimal(18, 3)
                )
        end as reported_or_estimated_valuation_usd_bn,
        case
            when month_before.valuation_change_usd_bn is not null then month_before.known_at
            else greatest(
                month_before.known_at,
                coalesce(yield_changes.known_at, month_before.known_at),
                coalesce(durations.known_at, month_before.known_at)
            )
        end as month_known_at
    from with_month_before as month_before
    left join durations on month_before.country_code = durations.country_code
    left join yield_changes on month_before.month_end = yield_changes.month_end
),

{% for window_months in [1, 3, 12] %}
    window_of_{{ window_months }} as (
        select
            country_code,
            country,
            month_end,
            {{ window_months }} as window_months,
            holdings_usd_bn,
            r2,
            count(*) over since_before as months_with_the_one_before,
            first_value(holdings_usd_bn) over since_before as holdings_before_usd_bn,
            first_value(coupons_usd_bn) over since_before as coupons_before_usd_bn,
            count(coupons_usd_bn) over since_before as months_with_coupons,
            sum(case when is_reported then 1 else 0 end) over in_window as months_reported,
            count(coupons_net_sales_usd_bn) over in_window as months_with_coupons_net_sales,
            count(bills_net_sales_usd_bn) over in_window as months_with_bills_net_sales,
            count(reported_or_estimated_valuation_usd_bn) over in_window as months_valued,
            sum(net_sales_usd_bn) over in_window as net_sales_usd_bn,
            sum(coupons_net_sales_usd_bn) over in_window as coupons_net_sales_usd_bn,
            sum(bills_net_sales_usd_bn) over in_window as bills_net_sales_usd_bn,
            sum(reported_or_estimated_valuation_usd_bn) over in_window as valuation_change_usd_bn,
            max(month_known_at) over since_before as known_at
        from valued
        window
            since_before as (
                partition by country_code, basis_number order by month_number
                range between {{ window_months }} preceding and current row
            ),
            in_window as (
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
),

-- A change needs all months of the window and the one before it, on one basis.
judged as (
    select
        *,
        months_with_the_one_before = window_months + 1 as has_change,
        case
            when months_with_the_one_before < window_months + 1 then null
            when months_reported = window_months then 'reported'
            when months_valued = window_months then 'estimated'
        end as method
    from windows
),

with_prices as (
    select
        judged.*,
        implied.price_implied_usd_bn,
        implied.coupons_before_usd_bn as position_before_usd_bn
    from judged
    left join {{ ref('int_price_implied_changes') }} as implied
        on
            judged.country_code = implied.country_code
            and judged.month_end = implied.month_end
            and judged.window_months = implied.window_months
)

select
    country_code,
    country,
    month_end,
    cast(window_months as integer) as window_months,
    holdings_usd_bn,
    known_at,
    method,
    cast(case when has_change then holdings_usd_bn - holdings_before_usd_bn end as decimal(18, 3)) as change_usd_bn,
    cast(case when method = 'reported' then net_sales_usd_bn end as decimal(18, 3)) as net_sales_usd_bn,
    cast(case when method = 'reported' then net_sales_usd_bn end as decimal(18, 3)) as net_purchases_usd_bn,
    cast(
        case
            when method = 'reported' and months_with_coupons_net_sales = window_months then coupons_net_sales_usd_bn
        end as decimal(18, 3)
    ) as coupons_net_sales_usd_bn,
    cast(
        case
            when method = 'reported' and months_with_bills_net_sales = window_months then bills_net_sales_usd_bn
        end as decimal(18, 3)
    ) as bills_net_sales_usd_bn,
    cast(case when method is not null then valuation_change_usd_bn end as decimal(18, 3)) as valuation_change_usd_bn,
    cast(case when method is not null then price_implied_usd_bn end as decimal(18, 3)) as price_implied_usd_bn,
    case
        when method = 'reported' and position_before_usd_bn > 0
            then abs(valuation_change_usd_bn - price_implied_usd_bn) > 0.03 * position_before_usd_bn
    end as is_valuation_beyond_prices,
    cast(
        case when method is not null then holdings_usd_bn - holdings_before_usd_bn - valuation_change_usd_bn end
        as decimal(18, 3)
    ) as not_prices_usd_bn,
    cast(
        case
            when method = 'reported'
                then holdings_usd_bn - holdings_before_usd_bn - net_sales_usd_bn - valuation_change_usd_bn
        end as decimal(18, 3)
    ) as other_change_usd_bn,
    case when has_change then holdings_before_usd_bn end as holdings_before_usd_bn,
    case when method = 'estimated' then r2 end as estimate_r2,
    case
        when not has_change then 'no change: a month of the window is missing, or stands on another basis'
        when method = 'reported' then null
        when
            method = 'estimated'
            then 'the valuation is estimated; the rest of the change is net purchases and other changes together'
        when
            r2 < 0.6
            then
                'no estimate: yields explain too little of this holder''s valuation changes (R2 '
                || cast(r2 as {{ dbt.type_string() }}) || ')'
        when r2 is null then 'no estimate: no duration is fitted for this holder'
        when months_with_coupons < window_months + 1 then 'no estimate: its coupons are not known apart from its bills'
        else 'no estimate: the ten-year yield is not known'
    end as method_note
from with_prices
order by country_code, month_end, window_months
