-- Grain: one row per country, month and instrument.
-- How each month compares with earlier months: peak, five- and ten-year extremes, and the last month as low or as high. Reads
-- across re-basings; `rebased_month_end` is the last one.
{% set recent = range(1, 9) %}
with holdings as (
    select
        country_code,
        month_end,
        month_number,
        instrument,
        holdings_usd_bn,
        is_break
    from {{ ref('int_holdings_on_one_basis') }}
),

with_past as (
    select
        *,
        count(*) over so_far as observations,
        count(*) over five_years as observations_5y,
        count(*) over ten_years as observations_10y,
        min(holdings_usd_bn) over five_years as low_5y_usd_bn,
        max(holdings_usd_bn) over five_years as high_5y_usd_bn,
        min(holdings_usd_bn) over ten_years as low_10y_usd_bn,
        max(holdings_usd_bn) over ten_years as high_10y_usd_bn,
        max(holdings_usd_bn) over so_far as peak_usd_bn,
        max(holdings_usd_bn) over before as peak_before_usd_bn,
        min(month_number) over so_far as first_month_number,
        max(case when is_break then month_end end) over so_far as rebased_month_end,
        max(case when is_break then month_number end) over so_far as rebased_month_number,
        coalesce(
            {% for months in recent -%}
                case
                    when lag(holdings_usd_bn, {{ months }}) over months <= holdings_usd_bn
                        then lag(month_end, {{ months }}) over months
                end
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        ) as recent_lowest_since,
        coalesce(
            {% for months in recent -%}
                case
                    when lag(holdings_usd_bn, {{ months }}) over months >= holdings_usd_bn
                        then lag(month_end, {{ months }}) over months
                end
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        ) as recent_highest_since
    from holdings
    window
        months as (partition by country_code, instrument order by month_number),
        so_far as (
            partition by country_code, instrument order by month_number
            range between unbounded preceding and current row
        ),
        before as (
            partition by country_code, instrument order by month_number
            rows between unbounded preceding and 1 preceding
        ),
        five_years as (
            partition by country_code, instrument order by month_number range between 59 preceding and current row
        ),
        ten_years as (
            partition by country_code, instrument order by month_number range between 119 preceding and current row
        )
),

-- The last eight months answer most rows. Only the others need all earlier months.
since as (
    select
        now.country_code,
        now.instrument,
        now.month_end,
        max(case when earlier.holdings_usd_bn <= now.holdings_usd_bn then earlier.month_end end) as lowest_since,
        max(case when earlier.holdings_usd_bn >= now.holdings_usd_bn then earlier.month_end end) as highest_since
    from with_past as now
    inner join holdings as earlier
        on
            now.country_code = earlier.country_code
            and now.instrument = earlier.instrument
            and now.month_number > earlier.month_number
    where now.recent_lowest_since is null or now.recent_highest_since is null
    group by now.country_code, now.instrument, now.month_end
)

select
    with_past.country_code,
    with_past.month_end,
    with_past.instrument,
    with_past.observations,
    with_past.observations_5y,
    with_past.observations_10y,
    with_past.low_5y_usd_bn,
    with_past.high_5y_usd_bn,
    with_past.low_10y_usd_bn,
    with_past.high_10y_usd_bn,
    with_past.peak_usd_bn,
    with_past.first_month_number,
    with_past.rebased_month_end,
    with_past.rebased_month_number,
    -- The first month at which the peak was reached.
    max(
        case
            when with_past.peak_before_usd_bn is null or with_past.holdings_usd_bn > with_past.peak_before_usd_bn
                then with_past.month_end
        end
    ) over (
        partition by with_past.country_code, with_past.instrument order by with_past.month_number rows unbounded preceding
    ) as peak_month_end,
    coalesce(with_past.recent_lowest_since, since.lowest_since) as lowest_since,
    coalesce(with_past.recent_highest_since, since.highest_since) as highest_since
from with_past
left join since
    on
        with_past.country_code = since.country_code
        and with_past.instrument = since.instrument
        and with_past.month_end = since.month_end
