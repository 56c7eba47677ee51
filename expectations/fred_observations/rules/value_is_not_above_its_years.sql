-- severity: critical
-- scope: row
-- expected: no value is above the range of its series in those years (another series, other units)
-- why: Seed fred_value_ranges: the highest value of those years, plus a margin. History does not change.
-- advice: If the figure is right, correct its years in dbt_project/seeds/fred_value_ranges.csv.
-- uses: news, value_ranges
select
    news.row_number,
    news.document_id,
    news.value,
    value_ranges.highest as highest_of_its_years
from news
asof inner join value_ranges on news.series_id = value_ranges.series_id and news.date >= value_ranges.since
where news.value > value_ranges.highest
