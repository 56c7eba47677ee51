-- The days of each document.
-- uses: incoming
select distinct
    document_id,
    date
from incoming
