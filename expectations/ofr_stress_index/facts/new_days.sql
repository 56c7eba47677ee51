-- The new days of each document: those after the newest known one, at least the last ten and at most the last ninety; in a
-- first load the last thirty.
-- uses: offered, profile
select
    offered.document_id,
    offered.component,
    offered.date,
    offered.value,
    profile.newest_period
from offered
inner join profile on offered.document_id = profile.document_id
where
    offered.date > greatest(
        profile.newest_period - 90,
        least(profile.newest_period - 10, coalesce(profile.newest_period_before, profile.newest_period - 30))
    )
