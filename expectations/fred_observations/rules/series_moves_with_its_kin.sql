-- severity: critical
-- scope: document
-- expected: daily moves correlate with those of related series (seed fred_kin) on the same day, not on the day before
--   or after
-- why: Correlation of moves on the same day and one row apart: SP500 and NASDAQCOM 0.94 and 0.11, ICE spreads 0.67 and
--   0.33, NFCI and ANFCI 0.92 and 0.89, the smallest difference of all pairs.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: blame, kin_correlations
select
    blame.document_id,
    kin_correlations.kin as out_of_step_with,
    kin_correlations.same_day,
    kin_correlations.another_day
from blame
inner join kin_correlations
    on blame.document_id = kin_correlations.document_id and blame.pair = kin_correlations.pair
where blame.kind = 'kin'
