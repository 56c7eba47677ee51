-- The window in the address of each document. Archives name a month or a day. Kraken's `since` is the start of the
-- window, but Kraken always serves the latest 720 candles.
-- uses: documents
with asked as (
    select
        document_id,
        source,
        retrieved_at,
        regexp_extract(address, '-([0-9]{4}-[0-9]{2}(-[0-9]{2})?)\.zip$', 1) as archive_of,
        rtrim(replace(regexp_extract(address, '[?&]start=([^&]+)', 1), '%3A', ':'), 'Z') as start_text,
        rtrim(replace(regexp_extract(address, '[?&]end=([^&]+)', 1), '%3A', ':'), 'Z') as end_text,
        try_cast(regexp_extract(address, '[?&]startTime=([0-9]{13})', 1) as bigint) as start_milliseconds,
        try_cast(regexp_extract(address, '[?&]endTime=([0-9]{13})', 1) as bigint) as end_milliseconds,
        try_cast(regexp_extract(address, '[?&]since=([0-9]{1,10})(&|$)', 1) as bigint) as since_seconds,
        case source
            when 'binance'
                then coalesce(try_cast(regexp_extract(address, '[?&]limit=([0-9]{1,4})', 1) as integer), 500)
            when 'kraken' then 720
        end as candles_served
    from documents
)

select
    document_id,
    source,
    retrieved_at,
    if(archive_of = '', candles_served, null) as candles_served,
    if(source = 'kraken', make_timestamp(since_seconds * 1000000), null) as since,
    coalesce(
        case length(archive_of)
            when 7 then cast(archive_of || '-01' as timestamp) when 10 then cast(archive_of as timestamp)
        end,
        try_cast(start_text as timestamp),
        make_timestamp(start_milliseconds * 1000)
    ) as window_start,
    coalesce(
        case length(archive_of)
            when 7 then cast(archive_of || '-01' as timestamp) + interval 1 month
            when 10 then cast(archive_of as timestamp) + interval 1 day
        end,
        try_cast(end_text as timestamp),
        make_timestamp(end_milliseconds * 1000)
    ) as window_end
from asked
