-- severity: critical
-- scope: document
-- expected: at most a fifth of the yields differ from FRED's
-- why: With swapped columns or dates shifted by one, nearly all differ; with one wrong series of FRED, a tenth.
-- advice: Find out which of the two is wrong: FRED's series were checked against each other.
-- uses: offered, fred_yields
select
    offered.document_id,
    count(*) as yields_compared,
    count(*) filter (where offered.value <> fred_yields.value) as yields_unlike_fred
from offered
inner join fred_yields on offered.tenor = fred_yields.tenor and offered.date = fred_yields.date and fred_yields.is_equal
where offered.value is not null
group by offered.document_id
having count(*) >= 20 and yields_unlike_fred > 0.2 * yields_compared
