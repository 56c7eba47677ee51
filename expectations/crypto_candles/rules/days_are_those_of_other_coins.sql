-- severity: critical
-- scope: document
-- expected: over 60 days or more, daily moves correlate with other coins' moves of the same day
-- why: Real correlation with other coins over any 60 days: at least 0.51 on the same day, at most 0.37 one day off.
-- advice: The document is shifted by a day. Fetch it again, and check its time zone and the meaning of its dates.
-- uses: against_other_coins
select
    document_id,
    days_off,
    correlation,
    correlation_of_the_day
from against_other_coins
where days_off != 0
