-- severity: critical
-- scope: document
-- expected: equations such as T10Y2Y = DGS10 - DGS2 hold on four of five days; if one is broken, the refused series is
--   the one that neither its other equations nor its known history confirm
-- why: Real files: 5 of 37,000 days differ.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: blame, equation_shares, documents
select
    blame.document_id,
    blame.pair as equation_of,
    equation_shares.share_broken
from blame
semi join documents on blame.document_id = documents.document_id
inner join equation_shares
    on
        blame.document_id = equation_shares.document_id
        and blame.pair = equation_shares.series_id || ' and ' || equation_shares.minuend
where blame.kind = 'equation'
