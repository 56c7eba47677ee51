-- The first and newest row of each series in each document.
-- uses: offered
select
    document_id,
    series_id,
    min(date) as first_date,
    max(date) as newest_date
from offered
where not is_dated
group by document_id, series_id
