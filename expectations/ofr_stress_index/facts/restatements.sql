-- Each known figure that a document gives again.
-- uses: offered
select
    document_id,
    component,
    date,
    cast(value as double) as value,
    cast(value_before as double) as value_before
from offered
where value is not null and value_before is not null
