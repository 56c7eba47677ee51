-- The yields of each day as one list, in the order of the tenors, with the moves from the previous day.
-- uses: curve
with moves as (
    select
        tenor,
        date,
        value,
        round(value - lag(value) over days, 4) as move
    from curve
    window days as (partition by tenor order by date)
),

days as (
    select
        date,
        count(*) as tenors,
        list(tenor order by tenor) as names,
        list(value order by tenor) as yields,
        count(move) as moves,
        mode(move) as commonest_move
    from moves
    group by date
)

select
    days.*,
    count(*) filter (where moves.move = days.commonest_move) as tenors_with_it
from days
inner join moves on days.date = moves.date
group by all
