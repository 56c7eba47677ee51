-- severity: critical
-- scope: document
-- expected: a calendar changes less than half of the known days
-- why: Days move one by one; a lapse of appropriations moved two.
-- uses: profile
select
    document_id,
    rows_changed as days_changed,
    rows_known as days_known
from profile
where rows_known >= 24 and rows_changed > 0.5 * rows_known
