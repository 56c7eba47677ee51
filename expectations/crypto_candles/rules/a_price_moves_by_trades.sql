-- severity: critical
-- scope: row
-- expected: where the volume is zero, high is low
-- why: Without a trade there is no other price: a zero volume with a move is a missing figure.
-- uses: news
select
    row_number,
    document_id,
    high,
    low,
    volume
from news
where volume = 0 and high <> low
