-- severity: critical
-- scope: row
-- expected: holdings are between 0 and 100 trillion dollars
-- why: A position is never negative; all foreign holdings of all US securities are 39 trillion in 2026.
-- uses: news
select
    row_number,
    document_id,
    holdings,
    unit
from news
where holdings * if(unit = 'usd_bn', 1000, 1) not between 0 and 100000000
