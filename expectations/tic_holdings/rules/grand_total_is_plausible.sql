-- severity: critical
-- scope: row
-- expected: since 2000 all foreigners together hold (or buy in a month) between 200 billion and 30 trillion dollars
--   of Treasuries
-- why: 239 is the lowest month of purchases (2000), 9,487 the highest position (2026); a unit that is wrong by a factor
--   of 1,000 is far outside.
-- uses: news
select
    row_number,
    document_id,
    holdings,
    gross_purchases,
    unit
from news
where
    country_code = '99996'
    and security_type = 'treasury'
    and month_end >= '2000-01-31'
    and coalesce(if(instrument <> 'bills', holdings, null), gross_purchases) / if(unit = 'usd_bn', 1, 1000)
    not between 200 and 30000
