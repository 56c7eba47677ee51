-- Each known yield that a document repeats, with the known yield of the previous day.
-- uses: incoming
select
    document_id,
    tenor,
    date,
    cast(value as double) as value,
    cast(value_before as double) as value_before,
    cast(lag(value_before) over days as double) as known_of_previous,
    cast(lead(value_before) over days as double) as known_of_following
from incoming
where value_before is not null
window days as (partition by document_id, tenor order by date)
