-- The first and newest row of each series in each document.
-- uses: incoming
select
    document_id,
    series_id,
    min(date) as first_date,
    max(date) as newest_date
from incoming
where not is_dated
group by document_id, series_id
