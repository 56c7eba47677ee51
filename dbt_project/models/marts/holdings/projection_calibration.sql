-- Grain: one row per subset, fall and forecast band.
-- How often what the projection called likely happened, over all holders and months of history.
with backtest as (
    select * from {{ ref('int_projection_backtest') }}
),

bands as (
    {%- for band in [0, 10, 20, 40, 60, 80] %}
        select
            cast({{ band / 100 }} as double) as band_from_share,
            cast({{ {0: 10, 10: 20, 20: 40, 40: 60, 60: 80, 80: 100}[band] / 100 }} as double) as band_to_share
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

everything as (
    select
        'all' as subset,
        *
    from backtest
    union all
    select
        'drift down' as subset,
        *
    from backtest
    where is_drift_down
),

in_bands as (
    select
        everything.*,
        bands.band_from_share,
        bands.band_to_share
    from everything
    inner join bands
        on
            everything.forecast_share >= bands.band_from_share
            and (everything.forecast_share < bands.band_to_share or bands.band_to_share = 1)
),

-- A band from 0 to 1 has all forecasts.
with_totals as (
    select * from in_bands
    union all
    select
        everything.*,
        cast(0 as double) as band_from_share,
        cast(1 as double) as band_to_share
    from everything
)

select
    subset,
    fall_pct,
    band_from_share,
    band_to_share,
    cast(count(*) as integer) as n_forecasts,
    cast(count(distinct country_code) as integer) as n_holders,
    round({{ exact_mean('forecast_share') }}, 6) as mean_forecast_share,
    round(cast(count(case when has_happened then 1 end) as double) / count(*), 6) as happened_share,
    round(
        {{ exact_mean('power(forecast_share - case when has_happened then 1 else 0 end, 2)') }}, 6
    ) as mean_squared_error
from with_totals
group by subset, fall_pct, band_from_share, band_to_share
order by subset, fall_pct, band_from_share, band_to_share
