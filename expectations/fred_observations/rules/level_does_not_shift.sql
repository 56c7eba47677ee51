-- severity: critical
-- scope: document
-- expected: two neighbors, each confirmed by its own neighbor, differ by at most 2.5 times `largest_move` of the
--   catalogue
-- why: No such move occurs in the history of any series.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: incoming, catalogue
with placed as (
    select
        incoming.document_id,
        incoming.series_id,
        incoming.date,
        incoming.is_news,
        catalogue.move_kind,
        2.5 * catalogue.largest_move as beyond_any_move,
        lead(incoming.date) over series - lag(incoming.date, 2) over series as days,
        cast(incoming.value as double) as value,
        cast(lag(incoming.value) over series as double) as previous,
        cast(lag(incoming.value, 2) over series as double) as previous_but_one,
        cast(lead(incoming.value) over series as double) as following
    from incoming
    inner join catalogue on incoming.series_id = catalogue.series_id
    where incoming.value is not null
    window series as (
        partition by incoming.document_id, incoming.series_id, incoming.released_on order by incoming.date
    )
)

select
    document_id,
    series_id,
    date as shifts_on,
    previous,
    value
from placed
where
    is_news
    and days <= 40
    and case
        when move_kind = 'difference'
            then least(abs(value - previous), abs(value - previous_but_one), abs(following - previous))
        when least(value, previous, previous_but_one, following) > 0
            then least(abs(ln(value / previous)), abs(ln(value / previous_but_one)), abs(ln(following / previous)))
    end > beyond_any_move
