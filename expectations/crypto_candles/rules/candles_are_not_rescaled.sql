-- severity: critical
-- scope: document
-- expected: no column of the known candles is changed by the same factor in all of them
-- why: The part that a factor leaves unexplained is most of a real correction, and only a rounding error if a column
--   was multiplied.
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
