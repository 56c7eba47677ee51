-- severity: critical
-- scope: row
-- expected: every series has the frequency of the catalogue
-- why: Another frequency means another series, such as averages of months instead of days.
-- uses: news, seed_fred_series
select
    news.row_number,
    news.document_id,
    news.frequency,
    catalogue.frequency as frequency_of_the_catalogue
from news
inner join seed_fred_series as catalogue on news.series_id = catalogue.series_id
where left(news.frequency, 1) <> left(catalogue.frequency, 1)
