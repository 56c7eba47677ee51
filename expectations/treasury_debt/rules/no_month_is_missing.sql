-- severity: warning
-- scope: document
-- expected: the document has every month from its first to its last
-- why: The statement comes out each month.
-- advice: Fetch it again later.
-- uses: incoming, neighbours
select
    incoming.document_id,
    sum(date_diff('month', neighbours.date_before, neighbours.date) - 1) as months_missing
from incoming
inner join neighbours on incoming.row_number = neighbours.row_number
group by incoming.document_id
having sum(date_diff('month', neighbours.date_before, neighbours.date) - 1) > 0
