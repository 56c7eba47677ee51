-- severity: critical
-- scope: document
-- expected: in a series that is revised as a whole, half of the values are restated by less than a quarter of its
--   `largest_revision`
-- why: Median restatement between real editions: NFCI 0.002, STLFSI4 0.007, DTWEXBGS 0.01 of 120, a fortieth of the bound
--   at most.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: histories
select
    document_id,
    series_id,
    typical_restatement,
    largest_revision
from histories
where is_revised and figures_known >= 20 and typical_restatement > 0.25 * largest_revision
