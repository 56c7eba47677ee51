-- severity: critical
-- scope: row
-- expected: a figure is within the bounds of its line
-- why: A figure outside is in other units, or of another line.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, bounds
select
    news.row_number,
    news.document_id,
    news.value,
    bounds.lowest,
    bounds.highest
from news
inner join bounds on news.security_type = bounds.security_type
where news.value < bounds.lowest or news.value > bounds.highest
