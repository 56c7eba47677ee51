-- Grain: an offered document of candles: what it covers, whether its days and prices are those of its market, what it changes.
with markets as (
    select
        venue,
        symbol,
        quote,
        cast(unbroken_since as timestamp) as unbroken_since,
        cast(delisted_on as timestamp) as delisted_on
    from seed_crypto_symbols
),

price_ranges as (
    select
        symbol,
        cast(since as timestamp) as since,
        cast(lowest_usd as double) as lowest_usd,
        cast(highest_usd as double) as highest_usd
    from seed_crypto_price_ranges
),

offered as (
    select
        *,
        cast(nullif(regexp_extract(candle_interval, '^([1-9][0-9]*)[smhd]( of [1-9][0-9]*[smh])?$', 1), '') as integer)
        * case right(split_part(candle_interval, ' ', 1), 1) when 's' then 1 when 'm' then 60 when 'h' then 3600 when 'd' then 86400 end as seconds
    from offered_crypto_candles
),

candles as (
    select
        latest_crypto_candles.*,
        cast(nullif(regexp_extract(latest_crypto_candles.candle_interval, '^([1-9][0-9]*)[smhd]( of [1-9][0-9]*[smh])?$', 1), '') as integer)
        * case right(split_part(latest_crypto_candles.candle_interval, ' ', 1), 1)
            when 's' then 1 when 'm' then 60 when 'h' then 3600 when 'd' then 86400
        end as seconds,
        coalesce(
            latest_crypto_candles.close between price_ranges.lowest_usd and price_ranges.highest_usd, true
        ) as is_of_its_time
    from latest_crypto_candles
    asof left join price_ranges
        on latest_crypto_candles.symbol = price_ranges.symbol and latest_crypto_candles.opened_at >= price_ranges.since
    where latest_crypto_candles.close > 0 and isfinite(latest_crypto_candles.close)
),

-- A day's close: of several intervals of one venue that end with the day the longest.
closes as (
    select
        document_id,
        venue,
        symbol,
        cast(opened_at + to_seconds(seconds - 86400) as date) as date,
        close
    from candles
    where is_of_its_time and (epoch(opened_at) + seconds) % 86400 = 0
    qualify row_number() over (partition by venue, symbol, quote, date order by opened_at, candle_interval) = 1
),

own_closes as (
    select
        document_id,
        venue,
        symbol,
        cast(opened_at + to_seconds(seconds - 86400) as date) as date,
        close
    from offered
    where close > 0 and isfinite(close) and (epoch(opened_at) + seconds) % 86400 = 0
),

-- Also without a second venue the other coins tell the day: all of them move together, and on the same day.
moves as (
    select
        venue,
        symbol,
        date,
        ln(close) - lag(ln(close)) over in_order as move
    from closes
    window in_order as (partition by venue, symbol order by date)
    qualify date = lag(date) over in_order + 1
),

own_moves as (
    select
        document_id,
        venue,
        symbol,
        date,
        ln(close) - lag(ln(close)) over in_order as move
    from own_closes
    window in_order as (partition by document_id, symbol order by date)
    qualify date = lag(date) over in_order + 1
),

-- Fewer days tell nothing of step; most documents are a month, and each would be held against every coin.
moves_of_long_documents as (
    select *
    from own_moves
    qualify count(*) over (partition by document_id) >= 60
),

by_coin_and_shift as (
    select
        moves_of_long_documents.document_id,
        moves.venue,
        moves.symbol,
        shifts.days_off,
        corr(moves_of_long_documents.move, moves.move) as correlation
    from moves_of_long_documents
    cross join (values (-1), (0), (1)) as shifts (days_off)
    inner join moves
        on
            moves_of_long_documents.symbol != moves.symbol
            and moves_of_long_documents.date = moves.date + shifts.days_off
    group by moves_of_long_documents.document_id, moves.venue, moves.symbol, shifts.days_off
    having count(*) >= 60
),

by_coin as (
    select
        document_id,
        symbol,
        max_by(days_off, correlation) as closest_day,
        max(correlation) as correlation,
        max(correlation) filter (where days_off = 0) as correlation_of_the_day,
        max(correlation) filter (where days_off != 0) as correlation_of_another_day
    from by_coin_and_shift
    group by document_id, venue, symbol
),

against_other_coins as (
    select
        document_id,
        -- a shifted coin is out of step with every other; a coin that is in step with one of them is not shifted
        case
            when bool_and(closest_day != 0 and correlation > 0.4 and correlation > correlation_of_the_day + 0.3)
                then mode(closest_day)
            else 0
        end as days_off_other_coins,
        bool_or(closest_day = 0 and correlation > 0.4 and correlation > correlation_of_another_day + 0.3) as is_in_step
    from by_coin
    group by document_id
),

second_venue as (
    select
        symbol,
        date,
        venue,
        close
    from closes
    -- a document that is out of step with the other coins is no witness
    where document_id not in (select document_id from against_other_coins where days_off_other_coins != 0)
    union all
    select
        case series_id when 'CBBTCUSD' then 'BTC' else 'ETH' end as symbol,
        date,
        'fred' as venue,
        cast(value as double) as close
    from latest_fred_observations
    where series_id in ('CBBTCUSD', 'CBETHUSD') and value > 0
),

-- Each other venue by itself: a document is wrong only where it agrees with none of them.
by_venue_and_shift as (
    select
        own_closes.document_id,
        second_venue.venue,
        shifts.days_off,
        count(*) as days_compared,
        median(abs(ln(own_closes.close) - ln(second_venue.close))) as median_distance,
        median(ln(own_closes.close) - ln(second_venue.close)) as median_log_ratio
    from own_closes
    cross join (values (-1), (0), (1)) as shifts (days_off)
    inner join second_venue
        on
            own_closes.symbol = second_venue.symbol
            and own_closes.venue != second_venue.venue
            and own_closes.date = second_venue.date + shifts.days_off
    group by own_closes.document_id, second_venue.venue, shifts.days_off
),

by_venue as (
    select
        document_id,
        venue,
        min(days_compared) as days_compared,
        max(median_distance) filter (where days_off = 0) as median_distance,
        max(median_log_ratio) filter (where days_off = 0) as median_log_ratio,
        min(median_distance) filter (where days_off != 0) as distance_of_other_days,
        min_by(days_off, median_distance) as nearest_day
    from by_venue_and_shift
    group by document_id, venue
),

against_second_venue as (
    select
        document_id,
        -- a median of five days that is half as far on the wrong day as on the right one has never been chance
        min_by(case when 2 * distance_of_other_days < median_distance then nearest_day else 0 end, median_distance)
        filter (where days_compared >= 5) as days_off_second_venue,
        exp(min_by(median_log_ratio, median_distance) filter (where days_compared >= 3)) as price_against_second_venue
    from by_venue
    group by document_id
),

-- Of two equal candles the one is at fault whose price is not its coin's; where that does not tell, either may be.
same_as_another_coin as (
    select
        offered.document_id,
        count(*) filter (where candles.is_of_its_time or not own.is_of_its_time) as candles_of_another_coin
    from offered
    inner join candles as own
        on
            offered.venue = own.venue
            and offered.symbol = own.symbol
            and offered.quote = own.quote
            and offered.candle_interval = own.candle_interval
            and offered.opened_at = own.opened_at
    inner join candles
        on
            offered.symbol != candles.symbol
            and offered.candle_interval = candles.candle_interval
            and offered.opened_at = candles.opened_at
            and offered.open = candles.open
            and offered.high = candles.high
            and offered.low = candles.low
            and offered.close = candles.close
            and offered.volume = candles.volume
    group by offered.document_id
),

-- Where a venue gives a day whole and in parts, the parts make the day; a document may begin and end in the middle of one.
days_in_parts as (
    select
        document_id,
        venue,
        symbol,
        quote,
        cast(opened_at as date) as date,
        max_by(close, opened_at) as close,
        sum(volume) as volume
    from offered
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
    from offered
    where parts is not null
),

against_own_days as (
    select
        days_in_parts.document_id,
        count(*) filter (
            where
            abs(days_in_parts.close - candles.close) > 1e-5 * candles.close
            or abs(days_in_parts.volume - candles.volume) > 0.001 * candles.volume
        )
        / count(*) as share_of_days_unlike_their_parts
    from days_in_parts
    inner join candles
        on
            days_in_parts.venue = candles.venue
            and days_in_parts.symbol = candles.symbol
            and days_in_parts.quote = candles.quote
            and days_in_parts.date = candles.opened_at
            and candles.seconds = 86400
            and candles.parts is null
    group by days_in_parts.document_id
),

parts_missing as (
    select
        offered.document_id,
        sum(
            86400 - offered.parts * cast(regexp_extract(offered.candle_interval, ' of ([1-9][0-9]*)[smh]$', 1) as integer)
            * case right(offered.candle_interval, 1) when 's' then 1 when 'm' then 60 when 'h' then 3600 end
        )
        / 3600 as hours_missing
    from offered
    inner join markets on offered.venue = markets.venue and offered.symbol = markets.symbol and offered.quote = markets.quote
    where offered.parts is not null and offered.opened_at >= markets.unbroken_since
    group by offered.document_id
),

-- The window that the address asks for. Where it names no end, the document ends with the last candle that had closed.
asked as (
    select
        document_id,
        source,
        address,
        retrieved_at,
        regexp_extract(address, '-([0-9]{4}-[0-9]{2}(-[0-9]{2})?)\.zip$', 1) as archive_of,
        replace(regexp_extract(address, '[?&]start=([^&]+)', 1), '%3A', ':') as start_text,
        replace(regexp_extract(address, '[?&]end=([^&]+)', 1), '%3A', ':') as end_text,
        nullif(regexp_extract(address, '[?&]startTime=([0-9]{13})', 1), '') as start_milliseconds,
        nullif(regexp_extract(address, '[?&]endTime=([0-9]{13})', 1), '') as end_milliseconds,
        case source
            when 'binance' then coalesce(cast(nullif(regexp_extract(address, '[?&]limit=([0-9]{1,4})', 1), '') as integer), 500)
            when 'kraken' then 720
        end as candles_served
    from documents_crypto_candles
),

windows as (
    select
        document_id,
        source,
        retrieved_at,
        case when archive_of = '' then candles_served end as candles_served,
        coalesce(
            case length(archive_of)
                when 7 then cast(archive_of || '-01' as timestamp) when 10 then cast(archive_of as timestamp)
            end,
            try_cast(rtrim(start_text, 'Z') as timestamp),
            make_timestamp(cast(start_milliseconds as bigint) * 1000)
        ) as window_start,
        coalesce(
            case length(archive_of)
                when 7 then cast(archive_of || '-01' as timestamp) + interval 1 month
                when 10 then cast(archive_of as timestamp) + interval 1 day
            end,
            try_cast(rtrim(end_text, 'Z') as timestamp),
            make_timestamp(cast(end_milliseconds as bigint) * 1000)
        ) as window_end
    from asked
),

extents as (
    select
        offered.document_id,
        offered.venue,
        offered.symbol,
        offered.quote,
        offered.candle_interval,
        any_value(windows.retrieved_at) as retrieved_at,
        any_value(offered.seconds) as seconds,
        min(offered.opened_at) as first_opened_at,
        max(offered.opened_at) as last_opened_at,
        max(offered.opened_at) + to_seconds(any_value(offered.seconds)) as last_closed_at,
        count(*) filter (
            where
            offered.opened_at > windows.window_end
            or (offered.opened_at < windows.window_start and windows.source = 'binance')
        ) as candles_outside
    from offered
    inner join windows on offered.document_id = windows.document_id
    group by offered.document_id, offered.venue, offered.symbol, offered.quote, offered.candle_interval
),

gone as (
    select
        extents.document_id,
        count(*) as candles_no_longer_there
    from extents
    inner join known_crypto_candles as known
        on
            extents.venue = known.venue
            and extents.symbol = known.symbol
            and extents.quote = known.quote
            and extents.candle_interval = known.candle_interval
            and known.opened_at between extents.first_opened_at and extents.last_opened_at
    anti join offered
        on
            extents.document_id = offered.document_id
            and known.symbol = offered.symbol
            and known.opened_at = offered.opened_at
    where known.retrieved_at < extents.retrieved_at
    group by extents.document_id
),

chained as (
    select
        document_id,
        seconds,
        opened_at,
        open,
        lag(close) over in_order as close_before,
        lag(opened_at) over in_order as opened_at_before
    from offered
    where open > 0 and close > 0 and isfinite(open) and isfinite(close)
    window in_order as (partition by document_id, symbol order by opened_at)
),

inside as (
    select
        document_id,
        1e4 * median(abs(ln(open) - ln(close_before))) as median_open_gap_bp
    from chained
    where opened_at_before + to_seconds(seconds) = opened_at
    group by document_id
),

-- What must be there, of a market that has a candle for every interval. A day less at an open end, for clocks and zones.
promised as (
    select
        extents.document_id,
        extents.seconds,
        extents.candles_outside,
        -- no claim is made for a market that is not known to be unbroken
        case
            when markets.unbroken_since is not null
                then greatest(
                    markets.unbroken_since,
                    coalesce(
                        windows.window_start,
                        least(
                            extents.first_opened_at,
                            time_bucket(to_seconds(extents.seconds), windows.retrieved_at)
                            - to_seconds(extents.seconds * (windows.candles_served - 1)) + interval 1 day
                        ),
                        extents.first_opened_at
                    )
                )
        end as first_due_at,
        least(
            coalesce(markets.delisted_on, timestamp '9999-01-01'),
            -- the last candle that opens in the window and had closed a day before the document was retrieved
            coalesce(windows.window_end - interval 1 second, timestamp '9999-01-01'),
            coalesce(
                windows.window_start + to_seconds(extents.seconds * windows.candles_served) - interval 1 second,
                timestamp '9999-01-01'
            ),
            windows.retrieved_at - to_seconds(extents.seconds) - interval 1 day
        ) as last_due_at,
        case
            when windows.window_end is null and windows.window_start is null and markets.delisted_on is null
                then date_diff('day', extents.last_closed_at, windows.retrieved_at)
        end as days_old_when_served
    from extents
    inner join windows on extents.document_id = windows.document_id
    inner join markets on extents.venue = markets.venue and extents.symbol = markets.symbol
),

covered as (
    select
        promised.document_id,
        max(promised.seconds) as seconds,
        min(promised.first_due_at) as first_due_at,
        max(promised.days_old_when_served) as days_old_when_served,
        max(promised.candles_outside) as candles_outside_the_window,
        max(greatest(
            floor(epoch(promised.last_due_at) / promised.seconds)
            - ceil(epoch(promised.first_due_at) / promised.seconds) + 1,
            0
        )) as candles_due,
        count(distinct offered.opened_at) filter (
            where offered.opened_at between promised.first_due_at and promised.last_due_at
        ) as candles_there
    from promised
    inner join offered on promised.document_id = offered.document_id
    group by promised.document_id
),

volumes as (
    select
        document_id,
        venue,
        symbol,
        quote,
        candle_interval,
        median(volume) as median_volume,
        min(opened_at) as first_opened_at,
        max(opened_at) as last_opened_at
    from offered
    where is_news
    group by document_id, venue, symbol, quote, candle_interval
),

earlier as (
    select
        address,
        retrieved_at,
        rows_offered
    from ledger
    where status = 'loaded'
    union all
    select
        address,
        retrieved_at,
        rows_offered
    from documents_crypto_candles
),

-- The document before of the same address. An address whose end moves on each day has none.
last_documents as (
    select
        documents_crypto_candles.document_id,
        max_by(earlier.rows_offered, earlier.retrieved_at) as rows_of_last_document
    from documents_crypto_candles
    inner join earlier
        on
            documents_crypto_candles.address = earlier.address
            and documents_crypto_candles.retrieved_at > earlier.retrieved_at
    group by documents_crypto_candles.document_id
),

against_known_volume as (
    select
        volumes.document_id,
        any_value(volumes.median_volume) / nullif(median(known_crypto_candles.volume), 0) as volume_against_known
    from volumes
    inner join known_crypto_candles
        on
            volumes.venue = known_crypto_candles.venue
            and volumes.symbol = known_crypto_candles.symbol
            and volumes.quote = known_crypto_candles.quote
            and volumes.candle_interval = known_crypto_candles.candle_interval
            and known_crypto_candles.opened_at between volumes.first_opened_at - interval 60 day
            and volumes.last_opened_at + interval 60 day
    group by volumes.document_id
    having count(*) >= 10
)

select
    documents.document_id,
    documents.source,
    documents.dataset,
    profile.rows_offered,
    profile.rows_changed,
    against_second_venue.price_against_second_venue,
    against_other_coins.days_off_other_coins,
    against_own_days.share_of_days_unlike_their_parts,
    inside.median_open_gap_bp,
    covered.candles_outside_the_window,
    covered.days_old_when_served,
    against_known_volume.volume_against_known,
    -- who is in step with the other coins is not shifted: then it is the second venue
    case
        when against_other_coins.is_in_step then 0
        else against_second_venue.days_off_second_venue
    end as days_off_second_venue,
    coalesce(gone.candles_no_longer_there, 0) as candles_no_longer_there,
    coalesce(same_as_another_coin.candles_of_another_coin, 0) as candles_of_another_coin,
    profile.rows_offered / nullif(last_documents.rows_of_last_document, 0) as share_of_rows_of_last_document,
    greatest(profile.rows_changed - 3, 0) / nullif(profile.rows_known, 0) as share_changed_beyond_three,
    case when covered.seconds = 86400 then greatest(covered.candles_due - covered.candles_there, 0) end as days_missing,
    case
        when covered.seconds < 86400
            then greatest(covered.candles_due - covered.candles_there, 0) * covered.seconds / 3600
        else parts_missing.hours_missing
    end as hours_missing,
    -- no stop since 2022 has been as long as a candle of four hours
    case
        when covered.seconds between 14400 and 86399 and covered.first_due_at >= timestamp '2022-01-01'
            then greatest(covered.candles_due - covered.candles_there, 0)
    end as long_candles_missing
from documents_crypto_candles as documents
left join profile_crypto_candles as profile on documents.document_id = profile.document_id
left join against_second_venue on documents.document_id = against_second_venue.document_id
left join against_other_coins on documents.document_id = against_other_coins.document_id
left join same_as_another_coin on documents.document_id = same_as_another_coin.document_id
left join against_own_days on documents.document_id = against_own_days.document_id
left join parts_missing on documents.document_id = parts_missing.document_id
left join gone on documents.document_id = gone.document_id
left join inside on documents.document_id = inside.document_id
left join covered on documents.document_id = covered.document_id
left join last_documents on documents.document_id = last_documents.document_id
left join against_known_volume on documents.document_id = against_known_volume.document_id
