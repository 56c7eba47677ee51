-- severity: warning
-- scope: document
-- expected: a yield has a value for each day since 1994 on which three other yields have one
-- why: No such day is missing in real files of 18 yields and spreads.
-- uses: bond_gaps
select
    document_id,
    series_id,
    market_days_missing,
    newest_missing
from bond_gaps
where market_days_missing <= 20
