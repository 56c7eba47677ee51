-- Days for which the venue has a daily candle and a document has shorter ones: close and volume from both. A document
-- may begin and end in the middle of a day.
-- uses: incoming_candles, candles
with days as (
    select
        document_id,
        venue,
        symbol,
        quote,
        cast(opened_at as date) as date,
        max_by(close, opened_at) as close,
        sum(volume) as volume
    from incoming_candles
    where seconds < 86400
    group by document_id, venue, symbol, quote, cast(opened_at as date)
    qualify
        count(*) * any_value(seconds) = 86400
        or (
            date > min(date) over (partition by document_id)
            and date < max(date) over (partition by document_id)
        )
    union all
    -- days that were made of their parts when the document was read
    select
        document_id,
        venue,
        symbol,
        quote,
        cast(opened_at as date) as date,
        close,
        volume
    from incoming_candles
    where parts is not null
)

select
    days.document_id,
    days.date,
    days.close,
    days.volume,
    candles.close as close_of_the_day,
    candles.volume as volume_of_the_day,
    abs(days.close - candles.close) > 1e-5 * candles.close
    or abs(days.volume - candles.volume) > 0.001 * candles.volume as is_unlike
from days
inner join candles
    on
        days.venue = candles.venue
        and days.symbol = candles.symbol
        and days.quote = candles.quote
        and days.date = candles.opened_at
        and candles.seconds = 86400
        and candles.parts is null
