-- severity: warning
-- scope: document
-- expected: every candle shorter than a day that the address asks for is there
-- why: Exchanges do stop for hours: compare the hours with the venue's notices.
-- uses: missing_hours
select
    document_id,
    hours_missing
from missing_hours
where hours_missing > 0
