-- severity: critical
-- scope: row
-- expected: a document has one value for each figure
-- why: Of two figures for one key, at most one is right, and the document does not show which one.
-- uses: incoming
select
    row_number,
    document_id,
    holdings,
    is_news
from incoming
qualify
    count(*) over (partition by document_id, series, country_code, month_end, security_type, instrument) > 1
    and is_news
