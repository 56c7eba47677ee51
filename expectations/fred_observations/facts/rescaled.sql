-- Documents whose restated values are the known ones times one factor or plus one amount, except for rounding: the
-- unexplained part, as a share of the typical change.
-- uses: histories, restatements
select
    histories.document_id,
    histories.series_id,
    histories.is_revised,
    histories.figures_restated,
    histories.share_restated,
    histories.typical_factor,
    histories.typical_shift,
    median(abs(restatements.value - histories.typical_factor * restatements.value_before))
    / any_value(histories.typical_change) as left_by_the_factor,
    median(abs(restatements.value - histories.typical_shift - restatements.value_before))
    / any_value(histories.typical_change) as left_by_the_shift
from histories
inner join restatements
    on histories.document_id = restatements.document_id and histories.series_id = restatements.series_id
where
    restatements.value <> restatements.value_before
    and histories.figures_restated >= 20
    and histories.share_restated >= 0.5
group by all
