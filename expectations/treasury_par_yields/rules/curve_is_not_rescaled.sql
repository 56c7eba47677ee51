-- severity: critical
-- scope: document
-- expected: the known yields are not all restated by one factor, or by one amount
-- why: The part that a factor leaves unexplained is most of a real restatement, and only a rounding error if a curve
--   was multiplied.
-- advice: If the publisher confirms it, add an `accept` line for this document and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: histories, restatements
with explained as (
    select
        histories.document_id,
        histories.yields_restated,
        histories.typical_factor,
        histories.typical_shift,
        histories.typical_change,
        median(abs(restatements.value - histories.typical_factor * restatements.value_before)) as left_by_the_factor,
        median(abs(restatements.value - histories.typical_shift - restatements.value_before)) as left_by_the_shift
    from histories
    inner join restatements on histories.document_id = restatements.document_id
    where
        restatements.value <> restatements.value_before
        and histories.yields_restated >= 20
        and histories.share_restated >= 0.5
    group by all
)

select
    document_id,
    yields_restated,
    typical_factor,
    typical_shift
from explained
where least(left_by_the_factor, left_by_the_shift) < 0.25 * typical_change
