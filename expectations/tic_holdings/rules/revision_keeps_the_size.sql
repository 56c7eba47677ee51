-- severity: critical
-- scope: row
-- expected: a position above 1 billion is not revised to more than five times or less than a fifth of its previous
--   value
-- why: Largest real revision: 0.84 and 1.08 in June to July 2026.
-- uses: news
select
    row_number,
    document_id,
    holdings,
    holdings_before
from news
where
    least(holdings, holdings_before) * if(unit = 'usd_bn', 1000, 1) > 1000
    and holdings / holdings_before not between 0.2 and 5
