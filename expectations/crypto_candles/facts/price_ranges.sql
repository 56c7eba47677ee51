-- The price range of each coin in each span of years, with types.
-- uses: seed_crypto_price_ranges
select
    symbol,
    cast(since as timestamp) as since,
    cast(lowest_usd as double) as lowest_usd,
    cast(highest_usd as double) as highest_usd
from seed_crypto_price_ranges
