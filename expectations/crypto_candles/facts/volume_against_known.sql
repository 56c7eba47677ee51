-- The median volume of each document's new candles compared with the known volumes of the 60 days around them.
-- uses: news, known
with volumes as (
    select
        document_id,
        venue,
        symbol,
        quote,
        candle_interval,
        median(volume) as median_volume,
        min(opened_at) as first_opened_at,
        max(opened_at) as last_opened_at
    from news
    group by document_id, venue, symbol, quote, candle_interval
)

select
    volumes.document_id,
    any_value(volumes.median_volume) as median_volume,
    median(known.volume) as known_median_volume,
    any_value(volumes.median_volume) / nullif(median(known.volume), 0) as ratio
from volumes
inner join known
    on
        volumes.venue = known.venue
        and volumes.symbol = known.symbol
        and volumes.quote = known.quote
        and volumes.candle_interval = known.candle_interval
        and known.opened_at between volumes.first_opened_at - interval 60 day and volumes.last_opened_at + interval 60 day
group by volumes.document_id
having count(*) >= 10
