-- severity: warning
-- scope: document
-- expected: since 2022, known yields equal those of FRED's series
-- why: FRED has them a day later. New yields that differ are quarantined; these were loaded before FRED had them.
-- advice: Find out which of the two is wrong. If the Treasury is, its next document corrects it.
-- uses: offered, fred_yields
select
    offered.document_id,
    offered.date,
    offered.tenor,
    offered.value,
    fred_yields.value as value_of_fred
from offered
inner join fred_yields on offered.tenor = fred_yields.tenor and offered.date = fred_yields.date and fred_yields.is_equal
where not offered.is_news and abs(offered.value - fred_yields.value) > 0.005
