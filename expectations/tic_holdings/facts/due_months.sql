-- The newest month by the release calendar at the time each document was fetched. Files are released at 4 pm in
-- Washington and in the quarter of an hour after that, so the new month is due by 22:00 UTC.
-- uses: documents, calendar
select
    documents.document_id,
    max(calendar.data_month_end) filter (
        where calendar.released_on + interval 22 hour <= documents.retrieved_at
    ) as due_month,
    max(calendar.released_on) filter (where calendar.data_month_end = documents.newest_period) as release_of_its_month
from documents
cross join calendar
group by documents.document_id
