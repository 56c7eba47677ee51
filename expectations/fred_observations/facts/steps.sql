-- The days from each row of a document to the one before it.
-- uses: incoming, catalogue
select
    incoming.document_id,
    incoming.series_id,
    catalogue.calendar,
    catalogue.role,
    catalogue.is_bond,
    incoming.date,
    incoming.date - lag(incoming.date) over (
        partition by incoming.document_id, incoming.series_id order by incoming.date
    ) as days_since
from incoming
left join catalogue on incoming.series_id = catalogue.series_id
where not incoming.is_dated
