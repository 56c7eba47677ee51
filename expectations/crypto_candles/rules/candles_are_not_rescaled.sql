-- severity: critical
-- scope: document
-- expected: no figure of the known candles is changed by one factor in all of them
-- why: What a factor leaves unexplained is most of a correction, and a rounding error where a column was multiplied.
-- advice: Compare the figures with the venue's own page. If they are right, accept the document in
--   dbt_project/seeds/corrections.csv.
-- uses: rewritten
select
    document_id,
    column_name,
    candles_known,
    candles_changed,
    factor
from rewritten
where candles_changed > 3 and candles_changed >= 0.5 * candles_known and left_by_the_factor < 0.25
