-- severity: warning
-- scope: document
-- expected: the shorter candles of every day add up to the venue's own candle of that day
-- why: Closes within 0.1 bp, volumes within 0.1 %.
-- uses: days_in_parts
select
    document_id,
    date,
    close,
    close_of_the_day,
    volume,
    volume_of_the_day
from days_in_parts
where is_unlike
