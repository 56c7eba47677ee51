-- severity: critical
-- scope: document
-- expected: T10Y2Y = DGS10 - DGS2 and the like hold on four days of five; of the series in a broken equation, the one is
--   refused that its other equations, or its known history, do not speak for
-- why: Real files: 5 of 37,000 days differ.
-- advice: If the publisher confirms it, add a line `accept` for this series and day of retrieval to
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
