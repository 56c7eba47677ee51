-- How many due candles each document lacks.
-- uses: due, incoming
select
    due.document_id,
    max(due.seconds) as seconds,
    min(due.first_due_at) as first_due_at,
    max(due.last_due_at) as last_due_at,
    greatest(
        max(
            greatest(
                floor(epoch(due.last_due_at) / due.seconds) - ceil(epoch(due.first_due_at) / due.seconds) + 1, 0
            )
        )
        - count(distinct incoming.opened_at) filter (
            where incoming.opened_at between due.first_due_at and due.last_due_at
        ),
        0
    ) as candles_missing
from due
inner join incoming on due.document_id = incoming.document_id
group by due.document_id
