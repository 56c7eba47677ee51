-- severity: critical
-- scope: document
-- expected: every closed day in the requested window has a candle
-- why: Binance has a candle for each of 3,100 days since 2017. Only markets without `unbroken_since` may lack a day in
--   dbt_project/seeds/crypto_symbols.csv.
-- advice: Fetch the document again. If the market did not trade, correct `unbroken_since` or `delisted_on` in
--   dbt_project/seeds/crypto_symbols.csv.
-- uses: missing_candles
select
    document_id,
    candles_missing as days_missing,
    first_due_at,
    last_due_at
from missing_candles
where seconds = 86400 and candles_missing > 0
