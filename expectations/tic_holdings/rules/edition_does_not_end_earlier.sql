-- severity: warning
-- scope: document
-- expected: a file ends no earlier than its last good edition
-- why: An old edition was served again. If it changes nothing, it is harmless.
-- uses: profile
select
    document_id,
    newest_period as newest_month,
    newest_period_before as newest_month_before
from profile
where date_diff('month', newest_period, newest_period_before) > 0
