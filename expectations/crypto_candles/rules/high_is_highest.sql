-- severity: critical
-- scope: row
-- expected: high is not below open or close
-- why: By definition, it is the highest price of the interval.
-- uses: news
select
    row_number,
    document_id,
    open,
    high,
    close
from news
where greatest(open, close) > high
