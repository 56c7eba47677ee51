-- severity: warning
-- scope: document
-- expected: since 2022, known yields equal those of FRED's series
-- why: FRED has them a day later. New yields that differ are quarantined; these were loaded before FRED had them.
-- advice: Find out which of the two is wrong. If the Treasury is, its next document corrects it.
-- uses: incoming, fred_yields
select
    incoming.document_id,
    incoming.date,
    incoming.tenor,
    incoming.value,
    fred_yields.value as value_of_fred
from incoming
inner join fred_yields on incoming.tenor = fred_yields.tenor and incoming.date = fred_yields.date and fred_yields.is_equal
where not incoming.is_news and abs(incoming.value - fred_yields.value) > 0.005
