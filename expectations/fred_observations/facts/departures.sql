-- The distance of each new value from the nearer of its neighbors, and that of the previous value of the figure.
-- uses: news, neighbours
with distances as (
    select
        neighbours.*,
        cast(news.value_before as double) as value_before,
        case
            when neighbours.move_kind = 'difference' then abs(neighbours.value - neighbours.neighbour)
            when least(neighbours.value, neighbours.neighbour) > 0 then abs(ln(neighbours.value / neighbours.neighbour))
        end as from_one,
        case
            when neighbours.move_kind = 'difference' then abs(neighbours.value - neighbours.other_neighbour)
            when least(neighbours.value, neighbours.other_neighbour) > 0
                then abs(ln(neighbours.value / neighbours.other_neighbour))
        end as from_other
    from neighbours
    inner join news on neighbours.row_number = news.row_number
)

select
    row_number,
    neighbour,
    other_neighbour,
    largest_departure,
    round(
        if(
            value between least(neighbour, other_neighbour) and greatest(neighbour, other_neighbour),
            0,
            least(from_one, from_other)
        ),
        4
    ) as departure,
    coalesce(
        least(abs(value - neighbour), abs(value - other_neighbour))
        < least(abs(value_before - neighbour), abs(value_before - other_neighbour)),
        false
    ) as is_mended
from distances
