-- severity: critical
-- scope: document
-- expected: two neighbors, each confirmed by its own neighbor, differ by at most 2.5 times `largest_move` of the
--   catalogue
-- why: No such move occurs in the history of any series.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: offered, catalogue
with placed as (
    select
        offered.document_id,
        offered.series_id,
        offered.date,
        offered.is_news,
        catalogue.move_kind,
        2.5 * catalogue.largest_move as beyond_any_move,
        lead(offered.date) over series - lag(offered.date, 2) over series as days,
        cast(offered.value as double) as value,
        cast(lag(offered.value) over series as double) as previous,
        cast(lag(offered.value, 2) over series as double) as previous_but_one,
        cast(lead(offered.value) over series as double) as following
    from offered
    inner join catalogue on offered.series_id = catalogue.series_id
    where offered.value is not null
    window series as (
        partition by offered.document_id, offered.series_id, offered.released_on order by offered.date
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
