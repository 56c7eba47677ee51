-- severity: critical
-- scope: document
-- expected: at most a fifth of the yields differ from FRED's
-- why: With swapped columns or dates shifted by one, nearly all differ; with one wrong series of FRED, a tenth.
-- advice: Find out which of the two is wrong: FRED's series were checked against each other.
-- uses: incoming, fred_yields
select
    incoming.document_id,
    count(*) as yields_compared,
    count(*) filter (where incoming.value <> fred_yields.value) as yields_unlike_fred
from incoming
inner join fred_yields on incoming.tenor = fred_yields.tenor and incoming.date = fred_yields.date and fred_yields.is_equal
where incoming.value is not null
group by incoming.document_id
having count(*) >= 20 and yields_unlike_fred > 0.2 * yields_compared
