-- Grain: one row per symbol and trading day.
-- Moves, volatility and drawdown of crypto-assets on New York trading days, and how closely they followed equities and yields.
{% set moves = {'sp500': 'sp500_return_pct', 'yield': 'yield_move_bp'} %}
{% set windows = [('sp500', 63), ('sp500', 252), ('yield', 63), ('yield', 252)] %}
with crypto as (
    select * from {{ ref('int_crypto_trading_days') }}
),

market_days as (
    select
        date,
        yield_move_bp,
        sp500_return_pct,
        values_known_at
    from {{ ref('int_market_days') }}
),

joined as (
    select
        crypto.symbol,
        crypto.date,
        crypto.close_usd,
        crypto.close_basis,
        crypto.return_pct,
        crypto.weekend_return_pct,
        market_days.yield_move_bp,
        market_days.sp500_return_pct,
        greatest(crypto.known_at, coalesce(market_days.values_known_at, crypto.known_at)) as known_at
    from crypto
    left join market_days on crypto.date = market_days.date
),

-- Both values of a pair must exist, and four fifths of the window.
measured as (
    select
        symbol,
        date,
        close_usd,
        close_basis,
        return_pct,
        weekend_return_pct,
        case
            when count(return_pct) over month_window >= 17
                then sqrt(252 * avg(return_pct * return_pct) over month_window)
        end as realised_volatility_pct,
        100 * (close_usd / nullif(max(close_usd) over year_window, 0) - 1) as drawdown_pct,
        {% for other, days in windows -%}
            case
                when count(return_pct + {{ moves[other] }}) over window_{{ days }} >= {{ (0.8 * days) | round(0, 'ceil') | int }}
                    then {{ finite('corr(return_pct, ' ~ moves[other] ~ ') over window_' ~ days) }}
            end as correlation_{{ other }}_{{ days }}d,
            case
                when count(return_pct + {{ moves[other] }}) over window_{{ days }} >= {{ (0.8 * days) | round(0, 'ceil') | int }}
                    then {{ finite('regr_slope(return_pct, ' ~ moves[other] ~ ') over window_' ~ days) }}
            end as beta_{{ other }}_{{ days }}d,
        {% endfor -%}
        max(known_at) over year_window as known_at
    from joined
    window
        month_window as (partition by symbol order by date rows between 20 preceding and current row),
        window_63 as (partition by symbol order by date rows between 62 preceding and current row),
        window_252 as (partition by symbol order by date rows between 251 preceding and current row),
        year_window as (partition by symbol order by date rows between 252 preceding and current row)
)

select
    symbol,
    date,
    close_usd,
    close_basis,
    known_at,
    round(return_pct, 6) as return_pct,
    round(weekend_return_pct, 6) as weekend_return_pct,
    round(realised_volatility_pct, 6) as realised_volatility_pct,
    {% for other, days in windows -%}
        round(correlation_{{ other }}_{{ days }}d, 6) as correlation_{{ other }}_{{ days }}d,
        round(beta_{{ other }}_{{ days }}d, 6) as beta_{{ other }}_{{ days }}d,
    {% endfor -%}
    round(drawdown_pct, 6) as drawdown_pct
from measured
where close_usd is not null
order by symbol, date
