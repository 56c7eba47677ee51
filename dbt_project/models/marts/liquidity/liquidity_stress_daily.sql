-- Grain: a weekday on which the ten-year yield was observed: yields, curve, volatility, drawdowns, and a plain composite.
-- A first version: the composite is the mean of four expanding z-scores; it looks at no later day.
with observations as (
    select * from {{ ref('fct_observations') }}
    where series_id in ('DGS2', 'DGS10', 'DGS3MO', 'VIXCLS', 'BAA10Y', 'SP500')
),

bitcoin as (
    select
        date,
        close_usd,
        known_at
    from {{ ref('fct_crypto_daily') }}
    where symbol = 'BTC'
),

panel as (
    select
        date,
        max(case when series_id = 'DGS3MO' then value end) as yield_3m_pct,
        max(case when series_id = 'DGS2' then value end) as yield_2y_pct,
        max(case when series_id = 'DGS10' then value end) as yield_10y_pct,
        max(case when series_id = 'VIXCLS' then value end) as vix,
        max(case when series_id = 'BAA10Y' then value end) as baa_spread_pct,
        max(case when series_id = 'SP500' then value end) as sp500,
        max(known_at) as observations_known_at
    from observations
    group by date
    having max(case when series_id = 'DGS10' then value end) is not null
),

joined as (
    select
        panel.*,
        bitcoin.close_usd as btc_close_usd,
        greatest(panel.observations_known_at, coalesce(bitcoin.known_at, panel.observations_known_at)) as known_at
    from panel
    left join bitcoin on panel.date = bitcoin.date
),

daily_moves as (
    select
        *,
        100 * (yield_10y_pct - lag(yield_10y_pct) over days) as yield_10y_move_bp,
        ln(btc_close_usd / nullif(lag(btc_close_usd) over days, 0)) as btc_log_return
    from joined
    window days as (order by date)
),

measures as (
    select
        *,
        case
            when count(yield_10y_move_bp) over month_window >= 17
                then sqrt(avg(yield_10y_move_bp * yield_10y_move_bp) over month_window * 252)
        end as yield_10y_volatility_bp,
        case
            when count(btc_log_return) over month_window >= 17
                then 100 * sqrt(avg(btc_log_return * btc_log_return) over month_window * 252)
        end as btc_volatility_pct,
        100 * (sp500 / nullif(max(sp500) over year_window, 0) - 1) as sp500_drawdown_pct,
        100 * (btc_close_usd / nullif(max(btc_close_usd) over year_window, 0) - 1) as btc_drawdown_pct
    from daily_moves
    window
        month_window as (order by date rows between 20 preceding and current row),
        year_window as (order by date rows between 251 preceding and current row)
),

scored as (
    select
        *,
        case
            when count(yield_10y_volatility_bp) over so_far >= 252
                then
                    (yield_10y_volatility_bp - avg(yield_10y_volatility_bp) over so_far)
                    / nullif(stddev_samp(yield_10y_volatility_bp) over so_far, 0)
        end as rates_z,
        case
            when count(vix) over so_far >= 252
                then (vix - avg(vix) over so_far) / nullif(stddev_samp(vix) over so_far, 0)
        end as vix_z,
        case
            when count(baa_spread_pct) over so_far >= 252
                then
                    (baa_spread_pct - avg(baa_spread_pct) over so_far)
                    / nullif(stddev_samp(baa_spread_pct) over so_far, 0)
        end as credit_z,
        case
            when count(sp500_drawdown_pct) over so_far >= 252
                then
                    -(sp500_drawdown_pct - avg(sp500_drawdown_pct) over so_far)
                    / nullif(stddev_samp(sp500_drawdown_pct) over so_far, 0)
        end as equity_z
    from measures
    window so_far as (order by date rows unbounded preceding)
),

with_composite as (
    select
        *,
        (case when rates_z is null then 0 else 1 end)
        + (case when vix_z is null then 0 else 1 end)
        + (case when credit_z is null then 0 else 1 end)
        + (case when equity_z is null then 0 else 1 end) as indicators_present,
        coalesce(rates_z, 0) + coalesce(vix_z, 0) + coalesce(credit_z, 0) + coalesce(equity_z, 0) as score_sum
    from scored
)

select
    date,
    yield_3m_pct,
    yield_2y_pct,
    yield_10y_pct,
    vix,
    baa_spread_pct,
    btc_close_usd,
    cast(indicators_present as integer) as indicators_present,
    known_at,
    round(100 * (yield_10y_pct - yield_2y_pct), 4) as slope_2y_10y_bp,
    round(yield_10y_volatility_bp, 6) as yield_10y_volatility_bp,
    round(sp500_drawdown_pct, 6) as sp500_drawdown_pct,
    round(btc_volatility_pct, 6) as btc_volatility_pct,
    round(btc_drawdown_pct, 6) as btc_drawdown_pct,
    case when indicators_present >= 2 then round(score_sum / indicators_present, 6) end as composite_z
from with_composite
order by date
