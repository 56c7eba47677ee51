-- severity: critical
-- scope: row
-- expected: if the volume is zero, high equals low
-- why: A price cannot move without a trade: a zero volume with a move is a missing figure.
-- uses: news
select
    row_number,
    document_id,
    high,
    low,
    volume
from news
where volume = 0 and high <> low
