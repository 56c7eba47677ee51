-- severity: critical
-- scope: row
-- expected: a value lies near the observation before or the one after it; the newest, near one of the two before it
-- why: Columns largest_spike and largest_move of the catalogue: 1.5 to 2.5 times the largest out-and-back, and 1.2 to
--   1.5 times the largest move, in the history of each series.
-- advice: A newest value that moved further than any before is let in by itself as soon as the next observation confirms
--   it. If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news, departures
select
    news.row_number,
    news.document_id,
    news.value,
    departures.neighbour,
    departures.other_neighbour,
    departures.departure,
    departures.largest_departure
from news
inner join departures on news.row_number = departures.row_number
where departures.departure > departures.largest_departure
