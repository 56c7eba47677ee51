-- severity: critical
-- scope: row
-- expected: the three regions add up to the index, to a quarter of a point
-- why: In the real file, to 0.11 on every day.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, sums
select
    news.row_number,
    news.document_id,
    news.value,
    sums.whole as index_value,
    sums.of_regions as sum_of_regions
from news
inner join sums on news.document_id = sums.document_id and news.date = sums.date
where abs(sums.whole - sums.of_regions) > 0.25
