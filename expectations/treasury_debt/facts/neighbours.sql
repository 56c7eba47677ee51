-- The figures of the months before and after, within one document.
-- uses: incoming
select
    row_number,
    date,
    cast(value as double) as value,
    lag(date) over months as date_before,
    cast(lag(value) over months as double) as value_before,
    cast(lead(value) over months as double) as value_after
from incoming
where value is not null
window months as (partition by document_id, security_type order by date)
