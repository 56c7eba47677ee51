-- The figures of a component on the previous and the next day, within one document.
-- uses: incoming
select
    row_number,
    cast(value as double) as value,
    cast(lag(value) over days as double) as value_before,
    cast(lead(value) over days as double) as value_after
from incoming
where value is not null
window days as (partition by document_id, component order by date)
