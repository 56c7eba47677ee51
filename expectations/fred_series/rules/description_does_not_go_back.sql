-- severity: warning
-- scope: document
-- expected: the last update of a series is not earlier than the known one
-- why: An old answer from a cache.
-- advice: Fetch it again later.
-- uses: profile
select
    document_id,
    newest_period,
    newest_period_before
from profile
where newest_period < newest_period_before
