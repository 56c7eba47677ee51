-- severity: warning
-- scope: dataset
-- expected: a fetched market has yesterday's candle, or the last one in its address, with a tolerance of two days
-- why: Exchanges trade every day; never late on real files. A market without a candle is late from its listing on.
-- advice: Check the venue's notices. If the market has ended, enter its last day in
--   dbt_project/seeds/crypto_symbols.csv (`delisted_on`).
-- uses: asked, seed_crypto_symbols, raw.crypto_candles
with markets as (
    select distinct
        venue,
        symbol,
        quote,
        cast(listed_on as date) as listed_on,
        cast(delisted_on as date) as delisted_on,
        case venue when 'binance_usdm_futures' then 'binance' else venue end as source,
        case venue when 'binance_usdm_futures' then 'um/' || market else market end as market
    from seed_crypto_symbols
    where "fetch" = 'true'
),

requests as (
    select
        *,
        try_cast(left(regexp_extract(address, '[?&]end=([^&]+)', 1), 10) as date) as asked_until
    from asked
    where raw_table = 'crypto_candles'
),

venues as (
    select
        requests.source,
        requests.dataset,
        any_value(markets.listed_on) as listed_on,
        max(cast(candles.opened_at as date)) as newest_day,
        any_value(
            least(
                requests.answered_on - 1,
                coalesce(requests.asked_until, requests.answered_on),
                coalesce(markets.delisted_on, requests.answered_on)
            )
        ) as day_promised
    from requests
    inner join markets
        on requests.source = markets.source and markets.market = regexp_extract(requests.dataset, '^(.*)/[^/]+$', 1)
    left join raw.crypto_candles as candles
        on
            markets.venue = candles.venue
            and markets.symbol = candles.symbol
            and markets.quote = candles.quote
            and candles.candle_interval = regexp_extract(requests.dataset, '[^/]+$')
    group by requests.source, requests.dataset
)

select
    source,
    dataset,
    newest_day,
    day_promised
from venues
where coalesce(day_promised - newest_day > 2, day_promised >= listed_on, true)
