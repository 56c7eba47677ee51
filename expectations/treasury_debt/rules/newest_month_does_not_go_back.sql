-- severity: critical
-- scope: document
-- expected: the newest month is not before the newest known
-- why: An old edition from a cache or with a new date.
-- advice: Fetch it again later.
-- uses: profile
select
    document_id,
    newest_period,
    newest_period_before
from profile
where newest_period < newest_period_before
