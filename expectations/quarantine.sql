-- Grain: an offered document, with the share of its rows that rules about rows would hold back. Few rows make no share.
with held_rows as (
    select distinct row_number from held
),

documents as (
    select
        offered.document_id,
        count(*) as rows_offered,
        count(*) filter (where offered.is_news) as rows_of_news,
        count(held_rows.row_number) as rows_held
    from offered
    left join held_rows on offered.row_number = held_rows.row_number
    group by offered.document_id
)

select
    document_id,
    case when rows_held > 20 then rows_held / rows_offered end as share_of_rows_held,
    case when rows_held > 5 then rows_held / rows_of_news end as share_of_news_held
from documents
