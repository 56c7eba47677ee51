-- Grain: an offered candle that is news, beside its neighbours in time, a second venue, and what the lists say of its market.
with markets as (
    select distinct on (venue, symbol)
        venue,
        symbol,
        quote,
        cast(widest_open_gap_bp as double) as widest_open_gap_bp,
        cast(widest_spike_pct as double) as widest_spike_pct,
        cast(unbroken_since as timestamp) as unbroken_since
    from seed_crypto_symbols
    order by venue, symbol
),

price_ranges as (
    select
        symbol,
        cast(since as timestamp) as since,
        cast(lowest_usd as double) as lowest_usd,
        cast(highest_usd as double) as highest_usd
    from seed_crypto_price_ranges
),

news as (
    select
        *,
        cast(nullif(regexp_extract(candle_interval, '^([1-9][0-9]*)[smhd]( of [1-9][0-9]*[smh])?$', 1), '') as integer)
        * case right(split_part(candle_interval, ' ', 1), 1) when 's' then 1 when 'm' then 60 when 'h' then 3600 when 'd' then 86400 end as seconds
    from offered_crypto_candles
    where is_news
),

spans as (
    select
        symbol,
        min(opened_at) - interval 3 day as first_opened_at,
        max(opened_at) + interval 3 day as last_opened_at
    from news
    group by symbol
),

candles as (
    select
        latest_crypto_candles.*,
        latest_crypto_candles.opened_at
        + to_seconds(
            cast(nullif(regexp_extract(latest_crypto_candles.candle_interval, '^([1-9][0-9]*)[smhd]( of [1-9][0-9]*[smh])?$', 1), '') as integer)
            * case right(split_part(latest_crypto_candles.candle_interval, ' ', 1), 1)
                when 's' then 1 when 'm' then 60 when 'h' then 3600 when 'd' then 86400
            end
        ) as closed_at
    from latest_crypto_candles
    inner join spans
        on
            latest_crypto_candles.symbol = spans.symbol
            and latest_crypto_candles.opened_at between spans.first_opened_at and spans.last_opened_at
),

-- A close that others print for the same moment: every venue's, and Coinbase's as FRED carries it (a day's close is at its end).
closes as (
    select
        candles.venue,
        candles.symbol,
        candles.quote,
        candles.closed_at,
        candles.close
    from candles
    asof left join price_ranges on candles.symbol = price_ranges.symbol and candles.opened_at >= price_ranges.since
    where
        candles.close > 0
        and isfinite(candles.close)
        and (price_ranges.since is null or candles.close between price_ranges.lowest_usd and price_ranges.highest_usd)
    -- of several intervals of one venue that close together the shortest
    qualify
        row_number() over (
            partition by candles.venue, candles.symbol, candles.quote, candles.closed_at
            order by candles.opened_at desc, candles.candle_interval
        ) = 1
    union all
    select
        'fred' as venue,
        case series_id when 'CBBTCUSD' then 'BTC' else 'ETH' end as symbol,
        'USD' as quote,
        cast(date as timestamp) + interval 1 day as closed_at,
        cast(value as double) as close
    from latest_fred_observations
    where series_id in ('CBBTCUSD', 'CBETHUSD') and value > 0
),

pairs as (
    select
        news.row_number,
        news.symbol,
        news.quote,
        closes.quote as other_quote,
        closes.closed_at,
        ln(news.close) - ln(closes.close) as log_ratio
    from news
    inner join closes
        on
            news.symbol = closes.symbol
            and news.opened_at + to_seconds(news.seconds) = closes.closed_at
            and news.venue != closes.venue
    where news.close > 0 and isfinite(news.close)
),

-- What all coins have in common, where three or more show it, is the price of the dollar token and no fault of a candle.
premiums as (
    select
        quote,
        other_quote,
        closed_at,
        median(log_ratio) as log_premium
    from pairs
    where quote != other_quote
    group by quote, other_quote, closed_at
    having count(distinct symbol) >= 3
),

nearest as (
    select
        pairs.row_number,
        1e4 * min(abs(pairs.log_ratio - coalesce(premiums.log_premium, 0))) as bp_from_second_venue
    from pairs
    left join premiums
        on
            pairs.quote = premiums.quote
            and pairs.other_quote = premiums.other_quote
            and pairs.closed_at = premiums.closed_at
    group by pairs.row_number
),

counted as (
    select
        row_number,
        count(*) over (
            partition by document_id, venue, symbol, quote, candle_interval, opened_at
        ) as times_said
    from news
),

-- A coin trades without a pause, so that a candle opens where the one before has closed.
gaps as (
    select
        candle_before.venue,
        candle_before.symbol,
        candle_before.quote,
        candle_before.candle_interval,
        candle_before.opened_at as opened_at_before,
        candle_after.opened_at as opened_at_after,
        1e4 * abs(
            ln(nullif(greatest(candle_after.open, 0), 0)) - ln(nullif(greatest(candle_before.close, 0), 0))
        ) as gap_bp
    from candles as candle_before
    inner join candles as candle_after
        on
            candle_before.venue = candle_after.venue
            and candle_before.symbol = candle_after.symbol
            and candle_before.quote = candle_after.quote
            and candle_before.candle_interval = candle_after.candle_interval
            and candle_before.closed_at = candle_after.opened_at
),

neighbours as (
    select
        news.*,
        counted.times_said,
        candle_before.open as open_of_candle_before,
        candle_before.high as high_of_candle_before,
        candle_before.low as low_of_candle_before,
        candle_before.close as close_of_candle_before,
        candle_before.volume as volume_of_candle_before,
        gap_before_that.gap_bp as gap_before_candle_before_bp,
        gap_after_that.gap_bp as gap_after_candle_after_bp,
        markets.unbroken_since,
        markets.widest_spike_pct,
        1e4 * abs(ln(nullif(greatest(news.open, 0), 0)) - ln(nullif(greatest(candle_before.close, 0), 0))) as gap_before_bp,
        1e4 * abs(ln(nullif(greatest(news.close, 0), 0)) - ln(nullif(greatest(candle_after.open, 0), 0))) as gap_after_bp,
        coalesce(markets.quote = news.quote, false) as is_listed,
        markets.widest_open_gap_bp
        * case
            when news.opened_at < timestamp '2019-01-01' then 12
            when news.opened_at < timestamp '2022-01-01' then 4
            else 1
        end as widest_open_gap_bp,
        ln(nullif(greatest(news.close, 0), 0)) - ln(nullif(greatest(candle_before.close, 0), 0)) as rise_from_before,
        ln(nullif(greatest(news.close, 0), 0)) - ln(nullif(greatest(candle_after.close, 0), 0)) as rise_from_after
    from news
    inner join counted on news.row_number = counted.row_number
    left join candles as candle_before
        on
            news.venue = candle_before.venue
            and news.symbol = candle_before.symbol
            and news.quote = candle_before.quote
            and news.candle_interval = candle_before.candle_interval
            and news.opened_at = candle_before.closed_at
    left join candles as candle_after
        on
            news.venue = candle_after.venue
            and news.symbol = candle_after.symbol
            and news.quote = candle_after.quote
            and news.candle_interval = candle_after.candle_interval
            and news.opened_at + to_seconds(news.seconds) = candle_after.opened_at
    left join gaps as gap_before_that
        on
            candle_before.venue = gap_before_that.venue
            and candle_before.symbol = gap_before_that.symbol
            and candle_before.quote = gap_before_that.quote
            and candle_before.candle_interval = gap_before_that.candle_interval
            and candle_before.opened_at = gap_before_that.opened_at_after
    left join gaps as gap_after_that
        on
            candle_after.venue = gap_after_that.venue
            and candle_after.symbol = gap_after_that.symbol
            and candle_after.quote = gap_after_that.quote
            and candle_after.candle_interval = gap_after_that.candle_interval
            and candle_after.opened_at = gap_after_that.opened_at_before
    left join markets on news.venue = markets.venue and news.symbol = markets.symbol
)

select
    neighbours.row_number,
    neighbours.document_id,
    neighbours.line_number,
    neighbours.venue,
    neighbours.symbol,
    neighbours.quote,
    neighbours.candle_interval,
    neighbours.opened_at,
    neighbours.open,
    neighbours.high,
    neighbours.low,
    neighbours.close,
    neighbours.volume,
    neighbours.times_said,
    neighbours.seconds as interval_seconds,
    86400 % neighbours.seconds as seconds_left_of_a_day,
    cast(neighbours.is_listed as integer) as markets_listed,
    least(neighbours.open, neighbours.close) as lower_of_open_and_close,
    greatest(neighbours.open, neighbours.close) as higher_of_open_and_close,
    epoch(neighbours.opened_at) % neighbours.seconds as seconds_off_the_grid,
    epoch(neighbours.opened_at) + neighbours.seconds - epoch(neighbours.retrieved_at) as seconds_until_closed,
    price_ranges.lowest_usd as lowest_price_of_the_time,
    price_ranges.highest_usd as highest_price_of_the_time,
    neighbours.high / nullif(greatest(neighbours.open, neighbours.close), 0) as high_over_open_and_close,
    -- flash crashes on thin books were real until then: ether traded at 0.10 on Coinbase in June 2017
    case
        when neighbours.opened_at >= timestamp '2018-01-01'
            then neighbours.low / nullif(least(neighbours.open, neighbours.close), 0)
    end as low_over_open_and_close,
    case when neighbours.volume = 0 then neighbours.high - neighbours.low end as move_without_volume,
    neighbours.close * neighbours.volume as turnover_usd,
    case
        when neighbours.seconds = 86400 and neighbours.opened_at >= neighbours.unbroken_since
            then neighbours.close * neighbours.volume
    end as turnover_of_an_unbroken_day_usd,
    nearest.bp_from_second_venue,
    case
        when neighbours.opened_at < timestamp '2019-01-01' then 2000
        when neighbours.opened_at < timestamp '2021-01-01' then 800
        else 500
    end as widest_bp_from_second_venue,
    -- a gap is not held against a candle whose neighbour has gaps on both sides while it has only this one
    greatest(
        case
            when
                neighbours.gap_after_bp > neighbours.widest_open_gap_bp
                or coalesce(neighbours.gap_before_candle_before_bp, 0) <= neighbours.widest_open_gap_bp
                then neighbours.gap_before_bp
        end,
        case
            when
                neighbours.gap_before_bp > neighbours.widest_open_gap_bp
                or coalesce(neighbours.gap_after_candle_after_bp, 0) <= neighbours.widest_open_gap_bp
                then neighbours.gap_after_bp
        end
    ) as open_gap_bp,
    neighbours.widest_open_gap_bp,
    case
        when neighbours.rise_from_before * neighbours.rise_from_after > 0
            then 100 * (exp(least(abs(neighbours.rise_from_before), abs(neighbours.rise_from_after))) - 1)
    end as spike_pct,
    neighbours.widest_spike_pct,
    -- where nobody traded for a while, short candles repeat each other
    case
        when neighbours.close_of_candle_before is not null and (neighbours.volume > 0 or neighbours.seconds = 86400)
            then
                cast(neighbours.open = neighbours.open_of_candle_before as integer)
                + cast(neighbours.high = neighbours.high_of_candle_before as integer)
                + cast(neighbours.low = neighbours.low_of_candle_before as integer)
                + cast(neighbours.close = neighbours.close_of_candle_before as integer)
                + cast(neighbours.volume = neighbours.volume_of_candle_before as integer)
    end as figures_repeated,
    case
        when neighbours.was_known and neighbours.close > 0 and neighbours.close_before > 0
            then 1e4 * abs(ln(neighbours.close) - ln(neighbours.close_before))
    end as bp_from_what_was_said_before
from neighbours
left join nearest on neighbours.row_number = nearest.row_number
asof left join price_ranges on neighbours.symbol = price_ranges.symbol and neighbours.opened_at >= price_ranges.since
