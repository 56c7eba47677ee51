-- severity: critical
-- scope: row
-- expected: low is not above open or close
-- why: By definition, it is the lowest price of the interval.
-- uses: news
select
    row_number,
    document_id,
    open,
    low,
    close
from news
where least(open, close) < low
