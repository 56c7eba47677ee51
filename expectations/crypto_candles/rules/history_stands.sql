-- severity: critical
-- scope: document
-- expected: in less than a tenth of the known candles, the close changes by more than 0.25 per cent or the volume by
--   more than a tenth; smaller changes are loaded and reported
-- why: No candle changed between real documents. A venue may correct its history; another market under this name
--   changes the price or the volume of nearly every candle.
-- advice: The document has another history than the previous one. If the venue has replaced its files, accept the
--   document in dbt_project/seeds/corrections.csv.
-- uses: rewritten
select
    document_id,
    column_name,
    candles_known,
    candles_changed,
    typical_change
from rewritten
where
    candles_changed > 3
    and candles_changed >= 0.1 * candles_known
    and typical_change > case column_name when 'volume' then 0.1 when 'close' then 0.0025 end
