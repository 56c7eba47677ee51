-- severity: critical
-- scope: row
-- expected: a value is near the previous or the next observation; the newest value is near one of the previous two
-- why: The bounds largest_spike and largest_move of the catalogue are 1.5 to 2.5 times the largest spike and 1.2 to 1.5
--   times the largest move in the history of each series.
-- advice: A newest value with a record move is loaded automatically as soon as the next observation confirms it. If the
--   publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
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
