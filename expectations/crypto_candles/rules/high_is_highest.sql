-- severity: critical
-- scope: row
-- expected: high is not below open or close
-- why: It is the highest price of the interval by definition.
-- uses: news
select
    row_number,
    document_id,
    open,
    high,
    close
from news
where greatest(open, close) > high
