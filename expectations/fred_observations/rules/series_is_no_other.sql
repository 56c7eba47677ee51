-- severity: critical
-- scope: document
-- expected: at most 95 per cent of the values equal those of another series on the same days; of two such documents,
--   the one that fits its values less is refused
-- why: Among real series, DGS1MO and DGS3MO have the most values in common: 10 per cent. DFF and EFFR are equal by
--   definition and are left out.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: doubles, mistrust
select
    doubles.document_id,
    doubles.series_id,
    doubles.other_series_id as has_the_values_of,
    doubles.figures_alike,
    doubles.figures_in_common
from doubles
inner join mistrust on doubles.document_id = mistrust.document_id and mistrust.mistrust >= 0
anti join mistrust as others
    on doubles.other_series_id = others.series_id and mistrust.mistrust < others.mistrust
