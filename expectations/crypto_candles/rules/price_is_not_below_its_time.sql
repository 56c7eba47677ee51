-- severity: critical
-- scope: row
-- expected: open and close are not below the coin's price range of that time
-- why: Half of the lowest price of each year in dbt_project/seeds/crypto_price_ranges.csv. Prices of another
--   coin, or in other units, are outside.
-- advice: Compare the price with another source. If it is right, widen the range of that year in
--   dbt_project/seeds/crypto_price_ranges.csv.
-- uses: news, price_ranges
select
    news.row_number,
    news.document_id,
    news.open,
    news.close,
    price_ranges.lowest_usd
from news
asof inner join price_ranges on news.symbol = price_ranges.symbol and news.opened_at >= price_ranges.since
where least(news.open, news.close) < price_ranges.lowest_usd
