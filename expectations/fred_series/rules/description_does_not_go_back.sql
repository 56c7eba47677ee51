-- severity: warning
-- scope: document
-- expected: a series was not updated earlier than was known before
-- why: An old answer from a cache.
-- advice: Fetch it again later.
-- uses: profile
select
    document_id,
    newest_period,
    newest_period_before
from profile
where newest_period < newest_period_before
