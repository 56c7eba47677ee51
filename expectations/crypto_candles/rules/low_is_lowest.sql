-- severity: critical
-- scope: row
-- expected: low is not above open or close
-- why: It is the lowest price of the interval by definition.
-- uses: news
select
    row_number,
    document_id,
    open,
    low,
    close
from news
where least(open, close) < low
