-- What the release calendar promises for the time at which each document was fetched. Files come out at 4 pm in
-- Washington, and in the quarter of an hour after; at 22:00 UTC at the latest the new month is due.
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
