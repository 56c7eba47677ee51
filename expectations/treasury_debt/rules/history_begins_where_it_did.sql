-- severity: critical
-- scope: document
-- expected: the first month is not after the first known
-- why: The history only grows: a shorter one is cut off.
-- advice: Fetch it again.
-- uses: profile, offered
select
    profile.document_id,
    min(offered.date) as first_month,
    any_value(profile.first_period_before) as first_month_before
from profile
inner join offered on profile.document_id = offered.document_id
group by profile.document_id
having min(offered.date) > any_value(profile.first_period_before)
