-- severity: critical
-- scope: document
-- expected: title, header, columns and cells are those that the publisher serves under this address
-- why: A document that its parser does not understand has no rows that could be checked.
-- advice: Fetch it again. If it stays so, its publisher has changed the format, and orchestration/sources has to
--   learn it: what cannot be read cannot be accepted.
-- uses: unread
select
    document_id,
    reason
from unread
