-- Grain: a country, month and window: the Theil-Sen slope of its holdings of all instruments over the window that ends there.
{#
    The median of the slopes between all pairs of months, and the 90 % interval of Sen by Kendall's variance:
    of n (n - 1) / 2 slopes, 1.645 sqrt(n (n - 1) (2 n + 5) / 18) / 2 on either side of the median.
    The pairs are many: windows of 24 and 60 months are for the last month of each holder only.
#}
{% set windows = [
    {'months': 12, 'only_last_month': false},
    {'months': 24, 'only_last_month': true},
    {'months': 36, 'only_last_month': false},
    {'months': 60, 'only_last_month': true},
] %}
with holdings as (
    select
        country_code,
        month_end,
        month_number,
        basis_number,
        known_at,
        cast(holdings_usd_bn as double) as holdings_usd_bn,
        row_number() over (partition by country_code order by month_end desc) as recency
    from {{ ref('int_holdings_on_one_basis') }}
    where instrument = 'total'
),

-- A window is full with nine tenths of its months on the basis of its last.
{% for window in windows %}
    {%- set n = window.months -%}
    {%- set half_width = 1.645 * (n * (n - 1) * (2 * n + 5) / 18) ** 0.5 / (n * (n - 1)) %}
    full_{{ n }} as (
        select
            now.country_code,
            now.month_end,
            now.month_number,
            now.basis_number,
            count(*) as observations,
            avg(past.holdings_usd_bn) as mean_holdings_usd_bn,
            max(past.known_at) as known_at
        from holdings as now
        inner join holdings as past
            on
                now.country_code = past.country_code
                and now.basis_number = past.basis_number
                and past.month_number between now.month_number - {{ n - 1 }} and now.month_number
        {%- if window.only_last_month %}
            where now.recency = 1
        {%- endif %}
        group by now.country_code, now.month_end, now.month_number, now.basis_number
        having count(*) >= 0.9 * {{ n }}
    ),

    slopes_{{ n }} as (
        select
            full_{{ n }}.country_code,
            full_{{ n }}.month_end,
        {{ quantiles(
            '(later.holdings_usd_bn - earlier.holdings_usd_bn) / (later.month_number - earlier.month_number)',
            [(0.5 - half_width) | round(6), 0.5, (0.5 + half_width) | round(6)]
        ) }} as slopes
        from full_{{ n }}
        inner join holdings as later
            on
                full_{{ n }}.country_code = later.country_code
                and full_{{ n }}.basis_number = later.basis_number
                and later.month_number between full_{{ n }}.month_number - {{ n - 2 }} and full_{{ n }}.month_number
        inner join holdings as earlier
            on
                later.country_code = earlier.country_code
                and later.basis_number = earlier.basis_number
                and earlier.month_number between full_{{ n }}.month_number - {{ n - 1 }} and later.month_number - 1
        group by full_{{ n }}.country_code, full_{{ n }}.month_end
    ),

{% endfor -%}
all_windows as (
    {%- for window in windows %}
        select
            full_{{ window.months }}.*,
            slopes_{{ window.months }}.slopes,
            {{ window.months }} as window_months
        from full_{{ window.months }}
        inner join slopes_{{ window.months }}
            on
                full_{{ window.months }}.country_code = slopes_{{ window.months }}.country_code
                and full_{{ window.months }}.month_end = slopes_{{ window.months }}.month_end
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select
    country_code,
    month_end,
    known_at,
    cast(window_months as integer) as window_months,
    cast(observations as integer) as observations,
    {{ rounded(element_of('slopes', 2), 4) }} as slope_usd_bn_a_month,
    {{ rounded(element_of('slopes', 1), 4) }} as slope_low_usd_bn_a_month,
    {{ rounded(element_of('slopes', 3), 4) }} as slope_high_usd_bn_a_month,
    {{ rounded('100 * 12 * ' ~ element_of('slopes', 2) ~ ' / nullif(mean_holdings_usd_bn, 0)', 4) }} as slope_pct_a_year
from all_windows
order by country_code, month_end, window_months
