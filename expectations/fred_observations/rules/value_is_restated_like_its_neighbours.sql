-- severity: critical
-- scope: row
-- expected: in a series that is revised as a whole, a value is restated by about as much as its neighbors, to an eighth
--   of its `largest_revision`, or towards its neighbors
-- why: A new estimate moves many values together. Largest distance from the median of the four neighbors between real
--   editions: NFCI 0.010 (bound 0.063), STLFSI4 0.088 (0.1), DTWEXBGS 0.16 per cent (0.25). One value that moves alone
--   is an error.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, restatements, departures
with placed as (
    select
        row_number,
        restatement,
        largest_revision,
        list_median(
            [
                lag(restatement) over series,
                lag(restatement, 2) over series,
                lead(restatement) over series,
                lead(restatement, 2) over series
            ]
        ) as restatement_of_neighbours
    from restatements
    where is_revised
    window series as (partition by document_id, series_id order by date)
)

select
    news.row_number,
    news.document_id,
    news.value_before,
    news.value,
    placed.restatement_of_neighbours
from news
inner join placed on news.row_number = placed.row_number
left join departures on news.row_number = departures.row_number
where
    abs(placed.restatement - placed.restatement_of_neighbours) > placed.largest_revision / 8
    and not coalesce(departures.is_mended, false)
