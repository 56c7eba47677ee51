-- Grain: one row per country and month.
-- Whether the holder withdraws or strengthens, from its net purchases over twelve months.
with year_of_changes as (
    select * from {{ ref('holdings_decomposition') }}
    where window_months = 12
),

slopes as (
    select * from {{ ref('int_holdings_slopes') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

-- The scale of the holder's own flows: the standard deviation of its monthly net purchases over up to 36 months.
flows as (
    select
        country_code,
        month_end,
        count(net_sales_usd_bn) over in_window as months,
        stddev_samp(cast(net_sales_usd_bn as double)) over in_window as deviation_usd_bn
    from {{ ref('int_holdings_on_one_basis') }}
    where instrument = 'total'
    window in_window as (partition by country_code order by month_number range between 35 preceding and current row)
),

measured as (
    select
        changes.country_code,
        changes.country,
        changes.month_end,
        countries.is_custodial_centre,
        changes.holdings_usd_bn,
        changes.change_usd_bn,
        changes.net_sales_usd_bn,
        changes.valuation_change_usd_bn,
        changes.other_change_usd_bn,
        changes.method,
        changes.method_note,
        year_slope.slope_pct_a_year as slope_12m_pct_a_year,
        three_year_slope.slope_pct_a_year as slope_36m_pct_a_year,
        countries.is_aggregate or countries.is_memo as is_aggregate,
        100 * cast(changes.change_usd_bn as double) / nullif(changes.holdings_before_usd_bn, 0) as change_12m_pct,
        100 * cast(changes.net_sales_usd_bn as double) / nullif(changes.holdings_before_usd_bn, 0) as net_sales_12m_pct,
        -- Twelve independent months have the square root of twelve times the deviation of one.
        case
            when flows.months >= 12
                then cast(changes.net_sales_usd_bn as double) / nullif(flows.deviation_usd_bn * sqrt(12), 0)
        end as net_sales_12m_deviations,
        -- A slope has a direction if its whole interval is on one side of zero.
        case
            when year_slope.slope_low_usd_bn_a_month > 0 then 1
            when year_slope.slope_high_usd_bn_a_month < 0 then -1
            when year_slope.slope_usd_bn_a_month is not null then 0
        end as slope_12m_direction,
        case
            when three_year_slope.slope_low_usd_bn_a_month > 0 then 1
            when three_year_slope.slope_high_usd_bn_a_month < 0 then -1
            when three_year_slope.slope_usd_bn_a_month is not null then 0
        end as slope_36m_direction,
        greatest(
            changes.known_at,
            coalesce(year_slope.known_at, changes.known_at),
            coalesce(three_year_slope.known_at, changes.known_at)
        ) as known_at
    from year_of_changes as changes
    inner join countries on changes.country_code = countries.country_code
    left join flows on changes.country_code = flows.country_code and changes.month_end = flows.month_end
    left join slopes as year_slope
        on
            changes.country_code = year_slope.country_code
            and changes.month_end = year_slope.month_end
            and year_slope.window_months = 12
    left join slopes as three_year_slope
        on
            changes.country_code = three_year_slope.country_code
            and changes.month_end = three_year_slope.month_end
            and three_year_slope.window_months = 36
),

classed as (
    select
        *,
        case
            when net_sales_12m_pct is null then null
            when net_sales_12m_pct <= -5 then 'withdrawing'
            when net_sales_12m_pct >= 5 then 'strengthening'
            when net_sales_12m_pct <= -1 and net_sales_12m_deviations <= -1 then 'drifting down'
            when net_sales_12m_pct >= 1 and net_sales_12m_deviations >= 1 then 'drifting up'
            when abs(change_12m_pct) > 2 and abs(net_sales_12m_pct) < 1 then 'valuation-only'
            else 'stable'
        end as divergence_class,
        -- Steady: the drift of the year is significant and has the sign of the net purchases.
        case
            when net_sales_12m_pct is null or slope_12m_direction is null then null
            when slope_12m_direction = sign(net_sales_12m_pct) and slope_12m_direction <> 0 then 'steady'
            else 'uneven'
        end as course
    from measured
)

select
    country_code,
    country,
    month_end,
    is_custodial_centre,
    is_aggregate,
    holdings_usd_bn,
    change_usd_bn as change_12m_usd_bn,
    net_sales_usd_bn as net_sales_12m_usd_bn,
    net_sales_usd_bn as net_purchases_12m_usd_bn,
    valuation_change_usd_bn as valuation_change_12m_usd_bn,
    other_change_usd_bn as other_change_12m_usd_bn,
    method,
    divergence_class,
    known_at,
    slope_12m_pct_a_year,
    slope_36m_pct_a_year,
    cast(slope_12m_direction as integer) as slope_12m_direction,
    cast(slope_36m_direction as integer) as slope_36m_direction,
    course,
    round(change_12m_pct, 4) as change_12m_pct,
    round(net_sales_12m_pct, 4) as net_sales_12m_pct,
    round(net_sales_12m_deviations, 4) as net_sales_12m_deviations,
    case
        when net_sales_12m_pct is null and method = 'estimated' then 'net purchases are not reported for these months'
        when net_sales_12m_pct is null then coalesce(method_note, 'nothing was held a year before')
        when divergence_class = 'valuation-only' and abs(other_change_usd_bn) > abs(valuation_change_usd_bn)
            then 'holdings changed by more than 2 %, net purchases by less than 1 %: more by other changes than by prices'
        when divergence_class = 'valuation-only'
            then 'holdings changed by more than 2 %, net purchases by less than 1 %: more by prices than by other changes'
        when divergence_class = 'withdrawing' then 'net purchases of -5 % or less of the holdings a year before'
        when divergence_class = 'strengthening' then 'net purchases of 5 % or more of the holdings a year before'
        when divergence_class = 'drifting down'
            then 'net purchases of -1 to -5 %, more than one standard deviation of the holder''s own flows'
        when divergence_class = 'drifting up'
            then 'net purchases of 1 to 5 %, more than one standard deviation of the holder''s own flows'
        else 'net purchases are small, or within one standard deviation of the holder''s own flows'
    end
    || case
        when divergence_class = 'strengthening' and change_usd_bn < 0 then '; holdings fell by prices or other changes'
        when divergence_class = 'withdrawing' and change_usd_bn > 0 then '; holdings rose by prices or other changes'
        else ''
    end
    || case
        when is_custodial_centre and divergence_class is not null then '; a custodial centre: the owners may live elsewhere'
        else ''
    end as class_note
from classed
order by country_code, month_end
