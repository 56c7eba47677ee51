-- severity: critical
-- scope: row
-- expected: a value is restated by at most the largest revision of its series, or towards its neighbors
-- why: The bound is the column largest_revision of the catalogue. Between real editions 23 series changed nothing, NFCI
--   0.022 at most, STLFSI4 0.042, DTWEXBGS 0.45 of 120. A restatement towards the neighbors corrects an error.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, restatements, departures, catalogue
select
    news.row_number,
    news.document_id,
    news.value_before,
    news.value,
    restatements.restatement,
    catalogue.largest_revision
from news
inner join restatements on news.row_number = restatements.row_number
inner join catalogue on news.series_id = catalogue.series_id
left join departures on news.row_number = departures.row_number
where round(abs(restatements.restatement), 4) > catalogue.largest_revision and not coalesce(departures.is_mended, false)
