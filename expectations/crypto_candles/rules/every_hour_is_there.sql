-- severity: warning
-- scope: document
-- expected: every candle shorter than a day in the requested window is there
-- why: Exchanges sometimes stop for hours: compare the hours with the venue's notices.
-- uses: missing_hours
select
    document_id,
    hours_missing
from missing_hours
where hours_missing > 0
