-- severity: critical
-- scope: document
-- expected: the first month is not after the first known
-- why: The history only grows: a shorter one is cut off.
-- advice: Fetch it again.
-- uses: profile, incoming
select
    profile.document_id,
    min(incoming.date) as first_month,
    any_value(profile.first_period_before) as first_month_before
from profile
inner join incoming on profile.document_id = incoming.document_id
group by profile.document_id
having min(incoming.date) > any_value(profile.first_period_before)
