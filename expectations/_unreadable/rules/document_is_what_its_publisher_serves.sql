-- severity: critical
-- scope: document
-- expected: title, header, columns and cells have the format that the publisher serves at this address
-- why: A document that the parser cannot read has no rows to check.
-- advice: Fetch it again. If the result is the same, the publisher has changed the format: extend the parser in
--   orchestration/sources. A document that cannot be read cannot be accepted.
-- uses: unread
select
    document_id,
    reason
from unread
