-- The first and the last candle that each document must have, for markets without gaps. At an open end, one day less,
-- for clocks and time zones.
-- uses: extents, windows, markets
select
    extents.document_id,
    extents.seconds,
    case
        when markets.unbroken_since is not null
            then greatest(
                markets.unbroken_since,
                windows.since + to_seconds(extents.seconds),
                coalesce(
                    windows.window_start,
                    least(
                        if(windows.since is null, extents.first_opened_at, null),
                        time_bucket(to_seconds(extents.seconds), windows.retrieved_at)
                        - to_seconds(extents.seconds * (windows.candles_served - 1)) + interval 1 day
                    ),
                    extents.first_opened_at
                )
            )
    end as first_due_at,
    least(
        coalesce(markets.delisted_on, timestamp '9999-01-01'),
        coalesce(windows.window_end - interval 1 second, timestamp '9999-01-01'),
        coalesce(
            windows.window_start + to_seconds(extents.seconds * windows.candles_served) - interval 1 second,
            timestamp '9999-01-01'
        ),
        -- the last candle that had closed a day before the document was retrieved
        windows.retrieved_at - to_seconds(extents.seconds) - interval 1 day
    ) as last_due_at
from extents
inner join windows on extents.document_id = windows.document_id
inner join markets on extents.venue = markets.venue and extents.symbol = markets.symbol
