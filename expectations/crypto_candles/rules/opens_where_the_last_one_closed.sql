-- severity: critical
-- scope: row
-- expected: open equals the previous close, and close equals the next open, within the market's bound
-- why: Coins trade without a pause. Widest real gap at Binance: 81 bp in 2017, 43 in 2018, 11 in 2019, 19 in 2021, 1.5
--   since 2022 (4.3 for SOL, a coarse tick). Bounds per market in dbt_project/seeds/crypto_symbols.csv, four times that
--   before 2022 and twelve times before 2019. If a neighbor has gaps on both sides, the neighbor is at fault, not this
--   candle.
-- advice: One of the two candles is wrong, or both: fetch the document again.
-- uses: news, open_gaps
select
    news.row_number,
    news.document_id,
    news.open,
    news.close,
    open_gaps.gap_before_bp,
    open_gaps.gap_after_bp,
    open_gaps.widest_gap_bp
from news
inner join open_gaps on news.row_number = open_gaps.row_number
where
    (
        open_gaps.gap_before_bp > open_gaps.widest_gap_bp
        and (
            coalesce(open_gaps.gap_after_bp > open_gaps.widest_gap_bp, false)
            or open_gaps.gap_of_the_one_before_bp <= open_gaps.widest_gap_bp
        )
    )
    or (
        open_gaps.gap_after_bp > open_gaps.widest_gap_bp
        and (
            coalesce(open_gaps.gap_before_bp > open_gaps.widest_gap_bp, false)
            or open_gaps.gap_of_the_one_after_bp <= open_gaps.widest_gap_bp
        )
    )
