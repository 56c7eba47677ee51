-- Grain: one row per symbol and trading day.
-- Close of the asset on New York Stock Exchange days, and its move since the previous trading day, including weekends.
with trading_days as (
    select
        date,
        known_at,
        lag(date) over (order by date) as date_before
    from {{ ref('fct_observations') }}
    where series_id = 'SP500'
),

daily as (
    select
        symbol,
        date,
        close_usd,
        known_at
    from {{ ref('fct_crypto_daily') }}
),

span as (
    select
        symbol,
        min(date) as first_date,
        max(date) as last_date
    from daily
    group by symbol
),

-- Candles that end at 16:00 in New York: hourly ones always, four-hourly ones only in summer.
intraday as (
    select
        venue,
        symbol,
        close,
        retrieved_at,
        opened_at,
        cast(opened_at as date) as date,
        case candle_interval
            when '1h' then opened_at + interval '1 hour'
            when '4h' then opened_at + interval '4 hours'
        end as closed_at,
        row_number() over (
            partition by venue, symbol, quote, candle_interval, opened_at order by retrieved_at
        ) as statement_number
    from {{ ref('stg_crypto__candles') }}
    where candle_interval in ('1h', '4h') and venue in ('coinbase', 'binance', 'kraken')
),

at_the_bell as (
    select
        intraday.symbol,
        intraday.date,
        intraday.close as close_usd,
        intraday.venue,
        intraday.opened_at,
        case
            when intraday.statement_number = 1 then least(intraday.closed_at, intraday.retrieved_at)
            else intraday.retrieved_at
        end as known_at
    from intraday
    where intraday.closed_at = {{ utc_of_new_york('intraday.date', 16) }}
),

-- The preferred venue, its shortest candle, its latest known value.
bell_ranked as (
    select
        *,
        row_number() over (
            partition by symbol, date
            order by case venue when 'coinbase' then 1 when 'binance' then 2 else 3 end, opened_at desc, known_at desc
        ) as preference
    from at_the_bell
    where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
),

-- A day without a price takes that of the previous trading day. The next day then has the move of both.
placed as (
    select
        trading_days.date,
        trading_days.date_before,
        span.symbol,
        eve.close_usd as utc_close_of_eve_usd,
        bell.close_usd as bell_close_usd,
        greatest(
            trading_days.known_at,
            coalesce(daily.known_at, trading_days.known_at),
            coalesce(eve.known_at, trading_days.known_at),
            coalesce(bell.known_at, trading_days.known_at)
        ) as known_at,
        coalesce(daily.close_usd, lag(daily.close_usd) over days) as utc_close_usd
    from trading_days
    inner join span on trading_days.date between span.first_date and span.last_date
    left join daily on trading_days.date = daily.date and span.symbol = daily.symbol
    left join daily as eve
        on
            eve.date = cast(trading_days.date - interval '1 day' as date)
            and trading_days.date_before < eve.date
            and span.symbol = eve.symbol
    left join bell_ranked as bell
        on trading_days.date = bell.date and span.symbol = bell.symbol and bell.preference = 1
    window days as (partition by span.symbol order by trading_days.date)
),

with_day_before as (
    select
        *,
        lag(utc_close_usd) over days as utc_close_before_usd,
        lag(bell_close_usd) over days as bell_close_before_usd,
        lag(known_at) over days as known_at_before
    from placed
    window days as (partition by symbol order by date)
)

-- One clock per return: New York's if both closes exist.
select
    date,
    symbol,
    case when bell_close_usd * bell_close_before_usd is not null then 'new_york_close' else 'utc_day' end as close_basis,
    case when bell_close_usd * bell_close_before_usd is not null then bell_close_usd else utc_close_usd end as close_usd,
    100 * case
        when bell_close_usd * bell_close_before_usd is not null then ln(bell_close_usd / nullif(bell_close_before_usd, 0))
        else ln(utc_close_usd / nullif(utc_close_before_usd, 0))
    end as return_pct,
    100 * ln(utc_close_of_eve_usd / nullif(utc_close_before_usd, 0)) as weekend_return_pct,
    greatest(known_at, coalesce(known_at_before, known_at)) as known_at
from with_day_before
