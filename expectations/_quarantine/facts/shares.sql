-- How many rows of each document are quarantined, among all its rows and among its new rows.
-- uses: offered, held
with held_rows as (
    select distinct row_number from held
)

select
    offered.document_id,
    count(*) as rows_offered,
    count(*) filter (where offered.is_news) as rows_of_news,
    count(held_rows.row_number) as rows_held
from offered
left join held_rows on offered.row_number = held_rows.row_number
group by offered.document_id
