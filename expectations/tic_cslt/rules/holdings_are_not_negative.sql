-- severity: critical
-- scope: row
-- expected: foreign holdings of US securities are zero or more
-- why: A position of long securities has no negative value; the paper that the file continues has none either.
-- uses: news
select
    row_number,
    document_id,
    holdings
from news
where holdings < 0 and starts_with(series, 'for_')
