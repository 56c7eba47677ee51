-- The days of each document.
-- uses: offered
select distinct
    document_id,
    date
from offered
