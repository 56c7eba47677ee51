-- severity: warning
-- scope: document
-- expected: the document has every month from its first to its last
-- why: The statement comes out each month.
-- advice: Fetch it again later.
-- uses: offered, neighbours
select
    offered.document_id,
    sum(date_diff('month', neighbours.date_before, neighbours.date) - 1) as months_missing
from offered
inner join neighbours on offered.row_number = neighbours.row_number
group by offered.document_id
having sum(date_diff('month', neighbours.date_before, neighbours.date) - 1) > 0
