-- How far each document's closes are from those of each other venue, on the same day and one day off. Documents that
-- are out of step with the other coins are not used.
-- uses: daily_closes, own_daily_closes, against_other_coins, latest_fred_observations
with witnesses as (
    select
        symbol,
        date,
        venue,
        close
    from daily_closes
    where
        document_id not in (
            select document_id from against_other_coins
            where days_off != 0
        )
    union all
    select
        case series_id when 'CBBTCUSD' then 'BTC' else 'ETH' end as symbol,
        date,
        'fred' as venue,
        cast(value as double) as close
    from latest_fred_observations
    where series_id in ('CBBTCUSD', 'CBETHUSD') and value > 0
),

shifted as (
    select
        own_daily_closes.document_id,
        witnesses.venue,
        shifts.days_off,
        count(*) as days_compared,
        median(abs(ln(own_daily_closes.close) - ln(witnesses.close))) as median_distance,
        median(ln(own_daily_closes.close) - ln(witnesses.close)) as median_log_ratio
    from own_daily_closes
    cross join (values (-1), (0), (1)) as shifts (days_off)
    inner join witnesses
        on
            own_daily_closes.symbol = witnesses.symbol
            and own_daily_closes.venue != witnesses.venue
            and own_daily_closes.date - shifts.days_off = witnesses.date
    group by own_daily_closes.document_id, witnesses.venue, shifts.days_off
)

select
    document_id,
    venue,
    min(days_compared) as days_compared,
    max(median_distance) filter (where days_off = 0) as median_distance,
    max(median_log_ratio) filter (where days_off = 0) as median_log_ratio,
    min(median_distance) filter (where days_off != 0) as distance_of_other_days,
    min_by(days_off, median_distance) as nearest_day
from shifted
group by document_id, venue
