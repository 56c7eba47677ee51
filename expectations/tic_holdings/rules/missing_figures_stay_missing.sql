-- severity: critical
-- scope: row
-- expected: a figure that was n.a. does not become 0
-- why: n.a. means suppressed or unknown; the publisher never changed one to 0 between two archived editions.
-- uses: news
select
    row_number,
    document_id,
    holdings
from news
where was_known and holdings = 0 and holdings_before is null
