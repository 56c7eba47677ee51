-- severity: critical
-- scope: row
-- expected: a yield is near that of the previous or the next day; the newest yield is near one of the previous two
-- why: The bounds are those of FRED's series of this tenor: 1.5 to 3 times the largest spike and the largest move since
--   1962.
-- advice: A newest yield with a record move is loaded automatically as soon as the next day confirms it. If the
--   publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, neighbours, tenors
with departures as (
    select
        news.row_number,
        news.document_id,
        neighbours.value,
        neighbours.neighbour,
        neighbours.other_neighbour,
        round(
            least(abs(neighbours.value - neighbours.neighbour), abs(neighbours.value - neighbours.other_neighbour)), 4
        ) as departure,
        if(neighbours.is_inside, coalesce(tenors.largest_spike, 1.2), coalesce(tenors.largest_move, 3.5))
            as largest_departure
    from news
    inner join neighbours
        on news.tenor = neighbours.tenor and news.date = neighbours.date and news.value = neighbours.value
    left join tenors on news.tenor = tenors.tenor
)

select *
from departures
where
    departure > largest_departure
    and value not between least(neighbour, other_neighbour) and greatest(neighbour, other_neighbour)
