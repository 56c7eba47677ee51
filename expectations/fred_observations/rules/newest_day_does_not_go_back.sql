-- severity: critical
-- scope: document
-- expected: the newest day is not before the newest known, unless the address asks for an earlier end
-- why: An old edition from a cache or with a new date.
-- advice: Fetch it again later.
-- uses: profile, requests
select
    profile.document_id,
    profile.newest_period,
    profile.newest_period_before
from profile
inner join requests on profile.document_id = requests.document_id
where profile.newest_period < profile.newest_period_before and not requests.ends_as_asked
