-- severity: warning
-- scope: document
-- expected: closed candles do not change
-- why: No candle changed between real documents.
-- advice: Check whether the venue has corrected its history.
-- uses: profile
select
    document_id,
    rows_known,
    rows_changed
from profile
where rows_changed > 0
