-- Grain: one row per country, month and window.
-- Mean monthly change of total holdings over the window ending in the month, with its 90 % interval.
{#
    Holdings move like a random walk with drift: the mean of the monthly changes estimates the drift, and Student's t
    gives its interval. Lines through levels (least squares, Theil-Sen) promise 90 % and cover a third: consecutive
    levels are not independent. Student's quantile at 95 % is approximated by Cornish and Fisher's series, good to
    three digits from ten changes on.
#}
with holdings as (
    select
        country_code,
        month_end,
        month_number,
        basis_number,
        known_at,
        cast(holdings_usd_bn as double) as holdings_usd_bn
    from {{ ref('int_holdings_on_one_basis') }}
    where instrument = 'total'
),

changes as (
    select
        *,
        case
            when month_number - lag(month_number) over months = 1
                then holdings_usd_bn - lag(holdings_usd_bn) over months
        end as change_usd_bn
    from holdings
    window months as (partition by country_code, basis_number order by month_number)
),

{% for window_months in [12, 36] %}
    window_of_{{ window_months }} as (
        select
            country_code,
            month_end,
            {{ window_months }} as window_months,
            count(change_usd_bn) over in_window as changes,
            avg(change_usd_bn) over in_window as mean_change_usd_bn,
            stddev_samp(change_usd_bn) over in_window as deviation_usd_bn,
            avg(holdings_usd_bn) over in_window as mean_holdings_usd_bn,
            max(known_at) over in_window as known_at
        from changes
        window in_window as (
            partition by country_code, basis_number order by month_number
            range between {{ window_months - 1 }} preceding and current row
        )
    ),

{% endfor %}
windows as (
    select * from window_of_12
    union all
    select * from window_of_36
),

-- A window needs nine tenths of its changes on the basis of its last month.
measured as (
    select
        *,
        1.645 + 1.524 / (changes - 1) + 1.421 / ((changes - 1) * (changes - 1)) as student,
        deviation_usd_bn / sqrt(changes) as standard_error_usd_bn
    from windows
    where changes >= 0.9 * window_months
)

select
    country_code,
    month_end,
    known_at,
    cast(window_months as integer) as window_months,
    cast(changes as integer) as changes,
    {{ rounded('mean_change_usd_bn', 4) }} as slope_usd_bn_a_month,
    {{ rounded('mean_change_usd_bn - student * standard_error_usd_bn', 4) }} as slope_low_usd_bn_a_month,
    {{ rounded('mean_change_usd_bn + student * standard_error_usd_bn', 4) }} as slope_high_usd_bn_a_month,
    {{ rounded('100 * 12 * mean_change_usd_bn / nullif(mean_holdings_usd_bn, 0)', 4) }} as slope_pct_a_year
from measured
order by country_code, month_end, window_months
