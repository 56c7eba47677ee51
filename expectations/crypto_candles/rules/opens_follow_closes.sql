-- severity: critical
-- scope: document
-- expected: the median candle opens within 50 bp of the previous close
-- why: Real median: 0.0 to 1.1 bp (2017). Swapped columns have 100 and more.
-- advice: Compare the order of the columns with the publisher's description.
-- uses: incoming_candles
with chained as (
    select
        document_id,
        seconds,
        opened_at,
        open,
        lag(close) over candles as close_before,
        lag(opened_at) over candles as opened_at_before
    from incoming_candles
    where open > 0 and close > 0 and isfinite(open) and isfinite(close)
    window candles as (partition by document_id, symbol order by opened_at)
)

select
    document_id,
    1e4 * median(abs(ln(open) - ln(close_before))) as median_open_gap_bp
from chained
where opened_at_before + to_seconds(seconds) = opened_at
group by document_id
having median_open_gap_bp > 50
