-- How many hours of candles shorter than a day each document lacks, including candles that the parser aggregated to
-- days.
-- uses: missing_candles, incoming, markets
with parts as (
    select
        incoming.document_id,
        sum(
            86400
            - incoming.parts * cast(regexp_extract(incoming.candle_interval, ' of ([1-9][0-9]*)[smh]$', 1) as integer)
            * case right(incoming.candle_interval, 1) when 's' then 1 when 'm' then 60 when 'h' then 3600 end
        )
        / 3600 as hours_missing
    from incoming
    inner join markets
        on incoming.venue = markets.venue and incoming.symbol = markets.symbol and incoming.quote = markets.quote
    where incoming.parts is not null and incoming.opened_at >= markets.unbroken_since
    group by incoming.document_id
)

select
    document_id,
    candles_missing * seconds / 3600 as hours_missing
from missing_candles
where seconds < 86400
union all
select
    parts.document_id,
    parts.hours_missing
from parts
anti join missing_candles on parts.document_id = missing_candles.document_id and missing_candles.seconds < 86400
