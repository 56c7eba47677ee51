-- severity: critical
-- scope: row
-- expected: close times volume is between zero and a trillion dollars per candle
-- why: The largest real day was 17 billion; a volume in dollars instead of coins is thousands of times that.
-- uses: news
select
    row_number,
    document_id,
    close,
    volume
from news
where close * volume not between 0 and 1e12
