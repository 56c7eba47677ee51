-- Grain: one row per holder, month and fall.
-- The probability that the projection would have given in the month, from the 36 months until then, for holdings to be 5, 10 or
-- 20 % lower at the end of one of the next twelve months, and whether they were.
with holdings as (
    select
        holdings.country_code,
        holdings.month_end,
        holdings.month_number,
        holdings.basis_number,
        cast(holdings.holdings_usd_bn as double) as holdings_usd_bn
    from {{ ref('int_holdings_on_one_basis') }} as holdings
    inner join {{ ref('dim_country') }} as countries on holdings.country_code = countries.country_code
    where holdings.instrument = 'total' and not countries.is_aggregate
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

measured as (
    select
        *,
        count(change_usd_bn) over three_years as changes,
        avg(change_usd_bn) over three_years as drift,
        stddev_samp(change_usd_bn) over three_years as deviation,
        min(holdings_usd_bn) over next_year as lowest_of_next_year_usd_bn,
        count(*) over next_year as months_of_next_year
    from changes
    window
        three_years as (
            partition by country_code, basis_number order by month_number range between 34 preceding and current row
        ),
        next_year as (
            partition by country_code, basis_number order by month_number range between 1 following and 12 following
        )
),

falls as (
    {%- for percent in [5, 10, 20] %}
        select cast({{ percent }} as integer) as fall_pct
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

drift_values as (
    {{ drift_values() | indent(4) }}
),

-- Small holders move by their reporting.
asked as (
    select
        measured.country_code,
        measured.month_end,
        measured.deviation,
        measured.drift as mean_change,
        measured.changes,
        falls.fall_pct,
        measured.holdings_usd_bn * falls.fall_pct / 100 as gap_usd_bn,
        {{ drawn_drift('measured.drift', 'measured.deviation', 'measured.changes') }} as drift,
        measured.lowest_of_next_year_usd_bn
        < measured.holdings_usd_bn * (1 - falls.fall_pct / cast(100 as double)) as has_happened
    from measured
    cross join falls
    cross join drift_values
    where
        measured.changes >= 32
        and measured.months_of_next_year = 12
        and measured.deviation > 0
        and measured.holdings_usd_bn >= 5
),

answered as (
    select
        *,
        {{ passage_probability('gap_usd_bn', 'drift', 'deviation', '12') }} as probability
    from asked
)

select
    country_code,
    month_end,
    fall_pct,
    has_happened,
    round({{ exact_mean('probability') }}, 5) as forecast_share,
    -- As the projection asks before it gives dates.
    {{ normal_cdf('(-max(mean_change) / max(deviation) * sqrt(max(changes)))') }} > 0.9 as is_drift_down
from answered
group by country_code, month_end, fall_pct, has_happened
