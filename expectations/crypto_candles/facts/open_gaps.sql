-- The gap between the open of each new candle and the previous close, and between its close and the next open; the same
-- for its neighbors; and the widest allowed gap of the market: four times as wide before 2022, twelve times before
-- 2019.
-- uses: news, neighbours, candles_near_news, markets
with gaps as (
    select
        one.venue,
        one.symbol,
        one.quote,
        one.candle_interval,
        one.opened_at as opened_at_before,
        next_one.opened_at as opened_at_after,
        1e4 * abs(ln(nullif(greatest(next_one.open, 0), 0)) - ln(nullif(greatest(one.close, 0), 0))) as gap_bp
    from candles_near_news as one
    inner join candles_near_news as next_one
        on
            one.venue = next_one.venue
            and one.symbol = next_one.symbol
            and one.quote = next_one.quote
            and one.candle_interval = next_one.candle_interval
            and one.closed_at = next_one.opened_at
)

select
    news.row_number,
    1e4 * abs(ln(nullif(greatest(news.open, 0), 0)) - ln(nullif(greatest(neighbours.close_before_it, 0), 0)))
        as gap_before_bp,
    1e4 * abs(ln(nullif(greatest(news.close, 0), 0)) - ln(nullif(greatest(neighbours.open_after, 0), 0)))
        as gap_after_bp,
    coalesce(further_before.gap_bp, 0) as gap_of_the_one_before_bp,
    coalesce(further_after.gap_bp, 0) as gap_of_the_one_after_bp,
    markets.widest_open_gap_bp
    * case
        when news.opened_at < timestamp '2019-01-01' then 12
        when news.opened_at < timestamp '2022-01-01' then 4
        else 1
    end as widest_gap_bp
from news
inner join neighbours on news.row_number = neighbours.row_number
inner join markets on news.venue = markets.venue and news.symbol = markets.symbol
left join gaps as further_before
    on
        news.venue = further_before.venue
        and news.symbol = further_before.symbol
        and news.quote = further_before.quote
        and news.candle_interval = further_before.candle_interval
        and neighbours.opened_at_before = further_before.opened_at_after
left join gaps as further_after
    on
        news.venue = further_after.venue
        and news.symbol = further_after.symbol
        and news.quote = further_after.quote
        and news.candle_interval = further_after.candle_interval
        and neighbours.opened_at_after = further_after.opened_at_before
