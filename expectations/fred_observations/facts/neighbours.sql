-- The values before and after each new value within its document and release. At an end of the series, the two nearest
-- values on the other side replace them. Only the rows near news are used, because a load has only a few new days.
-- uses: incoming, news, catalogue
with places_of_news as (
    select
        document_id,
        series_id,
        released_on,
        min(date) - 600 as from_date
    from news
    group by document_id, series_id, released_on
),

placed as (
    select
        incoming.row_number,
        incoming.series_id,
        incoming.date,
        cast(incoming.value as double) as value,
        lag(cast(incoming.value as double)) over series as previous,
        lag(incoming.date) over series as previous_date,
        lag(cast(incoming.value as double), 2) over series as previous_but_one,
        lag(incoming.date, 2) over series as previous_but_one_date,
        lead(cast(incoming.value as double)) over series as following,
        lead(incoming.date) over series as following_date,
        lead(cast(incoming.value as double), 2) over series as following_but_one,
        lead(incoming.date, 2) over series as following_but_one_date
    from incoming
    inner join places_of_news
        on
            incoming.document_id = places_of_news.document_id
            and incoming.series_id = places_of_news.series_id
            and incoming.released_on is not distinct from places_of_news.released_on
            and incoming.date >= places_of_news.from_date
    where incoming.value is not null
    window series as (
        partition by incoming.document_id, incoming.series_id, incoming.released_on order by incoming.date
    )
),

near as (
    select
        placed.row_number,
        placed.value,
        catalogue.move_kind,
        catalogue.largest_move,
        catalogue.largest_spike,
        if(placed.date - coalesce(placed.previous_date, placed.date) <= catalogue.longest_gap, placed.previous, null)
            as near_previous,
        if(coalesce(placed.following_date, placed.date) - placed.date <= catalogue.longest_gap, placed.following, null)
            as near_following,
        case
            when placed.previous is null and placed.following_but_one_date - placed.date <= 2 * catalogue.longest_gap
                then placed.following_but_one
            when placed.following is null and placed.date - placed.previous_but_one_date <= 2 * catalogue.longest_gap
                then placed.previous_but_one
        end as near_other
    from placed
    inner join catalogue on placed.series_id = catalogue.series_id
)

select
    row_number,
    value,
    move_kind,
    if(near_previous is null or near_following is null, largest_move, largest_spike) as largest_departure,
    coalesce(near_previous, near_other) as neighbour,
    coalesce(near_following, near_other) as other_neighbour
from near
