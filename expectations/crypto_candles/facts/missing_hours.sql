-- How many hours of candles shorter than a day each document lacks, including candles that the parser aggregated to
-- days.
-- uses: missing_candles, offered, markets
with parts as (
    select
        offered.document_id,
        sum(
            86400
            - offered.parts * cast(regexp_extract(offered.candle_interval, ' of ([1-9][0-9]*)[smh]$', 1) as integer)
            * case right(offered.candle_interval, 1) when 's' then 1 when 'm' then 60 when 'h' then 3600 end
        )
        / 3600 as hours_missing
    from offered
    inner join markets
        on offered.venue = markets.venue and offered.symbol = markets.symbol and offered.quote = markets.quote
    where offered.parts is not null and offered.opened_at >= markets.unbroken_since
    group by offered.document_id
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
