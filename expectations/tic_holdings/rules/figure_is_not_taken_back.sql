-- severity: warning
-- scope: row
-- expected: a figure that was there before is not n.a. now
-- why: It is a revision, and kept as one; it never happened between two editions that we have.
-- uses: news
select
    row_number,
    document_id,
    holdings_before
from news
where holdings is null and holdings_before is not null
