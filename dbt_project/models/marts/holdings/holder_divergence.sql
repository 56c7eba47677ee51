-- Grain: one row per country and month.
-- Whether the holder withdraws or strengthens, from its net sales and the slopes of its holdings.
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
            when net_sales_12m_pct is null or slope_12m_direction is null then null
            when abs(change_12m_pct) > 2 and abs(net_sales_12m_pct) < 1 then 'valuation-only'
            when slope_12m_direction * slope_36m_direction = -1 then 'reversal'
            when net_sales_12m_pct < -5 and slope_12m_direction = -1 then 'withdrawing'
            when net_sales_12m_pct > 5 and slope_12m_direction = 1 then 'strengthening'
            when net_sales_12m_pct <= -1 and slope_12m_direction = -1 then 'drifting down'
            else 'stable'
        end as divergence_class
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
    valuation_change_usd_bn as valuation_change_12m_usd_bn,
    other_change_usd_bn as other_change_12m_usd_bn,
    method,
    divergence_class,
    known_at,
    slope_12m_pct_a_year,
    slope_36m_pct_a_year,
    cast(slope_12m_direction as integer) as slope_12m_direction,
    cast(slope_36m_direction as integer) as slope_36m_direction,
    round(change_12m_pct, 4) as change_12m_pct,
    round(net_sales_12m_pct, 4) as net_sales_12m_pct,
    case
        when net_sales_12m_pct is null then coalesce(method_note, 'nothing was held a year before')
        when slope_12m_direction is null then 'no slope: months of the year are missing'
        when divergence_class = 'valuation-only' and abs(other_change_usd_bn) > abs(valuation_change_usd_bn)
            then 'holdings changed by more than 2 %, net sales by less than 1 %: other changes made more of it than prices'
        when divergence_class = 'valuation-only'
            then 'holdings changed by more than 2 %, net sales by less than 1 %: prices made it, more than other changes'
        when divergence_class = 'reversal' then 'the slope over 12 months points the other way than that over 36'
        when divergence_class = 'withdrawing' then 'net sales below -5 % of the holdings a year before, and holdings slope down'
        when divergence_class = 'strengthening' then 'net sales above 5 % of the holdings a year before, and holdings slope up'
        when divergence_class = 'drifting down'
            then 'net sales between -5 and -1 % of the holdings a year before, and holdings slope down'
        when slope_12m_direction = 0 then 'the interval of the slope over 12 months holds zero'
        else 'net sales and slope do not tell of one direction, or of too little'
    end
    || case
        when is_custodial_centre and divergence_class is not null then '; a custodial centre: the owners may live elsewhere'
        else ''
    end as class_note
from classed
order by country_code, month_end
