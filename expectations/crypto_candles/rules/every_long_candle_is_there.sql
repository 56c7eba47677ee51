-- severity: critical
-- scope: document
-- expected: since 2022, no candle of four hours or more is missing
-- why: No stop of Binance since 2022 was longer than two hours.
-- advice: Fetch the document again. If the venue did stop for this long, accept the document in
--   dbt_project/seeds/corrections.csv.
-- uses: missing_candles
select
    document_id,
    candles_missing
from missing_candles
where seconds between 14400 and 86399 and first_due_at >= timestamp '2022-01-01' and candles_missing > 0
