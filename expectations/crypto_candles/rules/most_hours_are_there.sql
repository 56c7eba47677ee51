-- severity: critical
-- scope: document
-- expected: of candles shorter than a day, at most 12 hours are missing
-- why: The longest stops of Binance since 2019 were a few hours; if more is missing, the document is cut off.
-- advice: Fetch the document again.
-- uses: missing_hours
select
    document_id,
    hours_missing
from missing_hours
where hours_missing > 12
