-- The days from each row of a document to the one before it.
-- uses: offered, catalogue
select
    offered.document_id,
    offered.series_id,
    catalogue.calendar,
    catalogue.role,
    catalogue.is_bond,
    offered.date,
    offered.date - lag(offered.date) over (
        partition by offered.document_id, offered.series_id order by offered.date
    ) as days_since
from offered
left join catalogue on offered.series_id = catalogue.series_id
where not offered.is_dated
