-- How many rows of each document are quarantined, among all its rows and among its new rows.
-- uses: incoming, held
with held_rows as (
    select distinct row_number from held
)

select
    incoming.document_id,
    count(*) as rows_parsed,
    count(*) filter (where incoming.is_news) as rows_of_news,
    count(held_rows.row_number) as rows_held
from incoming
left join held_rows on incoming.row_number = held_rows.row_number
group by incoming.document_id
