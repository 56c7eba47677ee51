-- severity: warning
-- scope: row
-- expected: a figure does not become n.a.
-- why: It is loaded as a revision. It never happened between two archived editions.
-- uses: news
select
    row_number,
    document_id,
    holdings_before
from news
where holdings is null and holdings_before is not null
