-- The day offset at which the moves of a document fit those of each other coin best: all coins move together on the
-- same day. Documents of fewer than 60 days are left out.
-- uses: daily_closes, own_daily_closes
with moves as (
    select
        venue,
        symbol,
        date,
        ln(close) - lag(ln(close)) over days as move
    from daily_closes
    window days as (partition by venue, symbol order by date)
    qualify date = lag(date) over days + 1
),

own_moves as (
    select
        document_id,
        symbol,
        date,
        ln(close) - lag(ln(close)) over days as move
    from own_daily_closes
    window days as (partition by document_id, symbol order by date)
    qualify date = lag(date) over days + 1
),

long_documents as (
    select *
    from own_moves
    qualify count(*) over (partition by document_id) >= 60
),

shifted as (
    select
        long_documents.document_id,
        moves.venue,
        moves.symbol,
        shifts.days_off,
        corr(long_documents.move, moves.move) as correlation
    from long_documents
    cross join (values (-1), (0), (1)) as shifts (days_off)
    inner join moves
        on long_documents.symbol != moves.symbol and long_documents.date - shifts.days_off = moves.date
    group by long_documents.document_id, moves.venue, moves.symbol, shifts.days_off
    having count(*) >= 60
)

select
    document_id,
    venue,
    symbol,
    max_by(days_off, correlation) as closest_day,
    max(correlation) as correlation,
    max(correlation) filter (where days_off = 0) as correlation_of_the_day,
    max(correlation) filter (where days_off != 0) as correlation_of_another_day
from shifted
group by document_id, venue, symbol
