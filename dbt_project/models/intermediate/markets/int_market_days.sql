-- Grain: one row per trading day.
-- New York Stock Exchange days since 1962 with the moves of yields, credit, equities, volatility and crypto since the previous
-- day, and the size of yield and equity moves relative to the previous 252 days.
with observations as (
    select
        series_id,
        date,
        value,
        known_at
    from {{ ref('fct_observations') }}
    where series_id in ('DGS10', 'SP500', 'VIXCLS', 'BAA10Y') and date >= date '1962-01-01'
),

crypto as (
    select * from {{ ref('int_crypto_trading_days') }}
),

newest as (
    select
        max(case when series_id = 'DGS10' then date end) as yield_date,
        max(case when series_id = 'BAA10Y' then date end) as baa_date
    from observations
),

panel as (
    select
        date,
        max(case when series_id = 'SP500' then value end) as sp500,
        max(case when series_id = 'VIXCLS' then value end) as vix,
        max(case when series_id = 'DGS10' then value end) as quoted_yield_pct,
        max(case when series_id = 'DGS10' then value end) + max(case when series_id = 'BAA10Y' then value end) as quoted_baa_pct,
        max(known_at) as known_at
    from observations
    group by date
    having max(case when series_id = 'SP500' then value end) is not null
),

crypto_moves as (
    select
        date,
        max(case when symbol = 'BTC' then return_pct end) as btc_return_pct,
        max(case when symbol = 'ETH' then return_pct end) as eth_return_pct,
        max(known_at) as known_at
    from crypto
    where symbol in ('BTC', 'ETH')
    group by date
),

-- On bond market holidays the previous yield is carried forward, but not past the newest quote.
carried as (
    select
        panel.date,
        panel.sp500,
        panel.vix,
        crypto_moves.btc_return_pct,
        crypto_moves.eth_return_pct,
        row_number() over days as day_number,
        case
            when panel.date < newest.yield_date then coalesce(panel.quoted_yield_pct, lag(panel.quoted_yield_pct) over days)
            else panel.quoted_yield_pct
        end as yield_10y_pct,
        case
            when panel.date < newest.baa_date then coalesce(panel.quoted_baa_pct, lag(panel.quoted_baa_pct) over days)
            else panel.quoted_baa_pct
        end as baa_yield_pct,
        greatest(panel.known_at, coalesce(crypto_moves.known_at, panel.known_at)) as values_known_at
    from panel
    cross join newest
    left join crypto_moves on panel.date = crypto_moves.date
    window days as (order by panel.date)
),

-- Moody's yields lag Treasuries by days: against the same day's yield the spread would fall whenever yields jump.
with_spread as (
    select
        *,
        100 * (baa_yield_pct - lag(yield_10y_pct, 5) over days) as baa_lagged_spread_bp
    from carried
    window days as (order by date)
),

moves as (
    select
        *,
        100 * (yield_10y_pct - lag(yield_10y_pct) over days) as yield_move_bp,
        100 * {{ par_bond_return('lag(yield_10y_pct) over days', 'yield_10y_pct', 10) }} as bond_return_pct,
        100 * ln(sp500 / nullif(lag(sp500) over days, 0)) as sp500_return_pct,
        vix - lag(vix) over days as vix_change,
        baa_lagged_spread_bp - lag(baa_lagged_spread_bp) over days as baa_spread_move_bp
    from with_spread
    window days as (order by date)
),

measured as (
    select
        *,
        case when count(yield_move_bp) over year_before >= 202 then stddev_samp(yield_move_bp) over year_before end
            as yield_sigma_bp,
        case when count(sp500_return_pct) over year_before >= 202 then stddev_samp(sp500_return_pct) over year_before end
            as sp500_sigma_pct,
        case
            when count(bond_return_pct) over quarter_before >= 51
                then {{ finite('corr(sp500_return_pct, bond_return_pct) over quarter_before') }}
        end as stock_bond_correlation,
        max(values_known_at) over so_far_in_a_year as known_at
    from moves
    window
        year_before as (order by date rows between 252 preceding and 1 preceding),
        quarter_before as (order by date rows between 63 preceding and 1 preceding),
        so_far_in_a_year as (order by date rows between 253 preceding and current row)
)

select
    date,
    day_number,
    yield_10y_pct,
    baa_yield_pct,
    vix,
    sp500,
    yield_move_bp,
    bond_return_pct,
    baa_spread_move_bp,
    vix_change,
    sp500_return_pct,
    btc_return_pct,
    eth_return_pct,
    yield_sigma_bp,
    sp500_sigma_pct,
    stock_bond_correlation,
    values_known_at,
    known_at,
    yield_move_bp / nullif(yield_sigma_bp, 0) as z_yield,
    sp500_return_pct / nullif(sp500_sigma_pct, 0) as z_equity
from measured
