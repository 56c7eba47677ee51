-- severity: critical
-- scope: document
-- expected: the newest day is not before the newest known day of the document's year
-- why: An old edition from a cache or with a new date. The file of last year ends with last year, even if newer days
--   are known.
-- advice: Fetch it again later.
-- uses: documents, profile, incoming, known
with figures as (
    select
        date,
        retrieved_at
    from known
    where value is not null
    union all
    select
        date,
        retrieved_at
    from incoming
    where value is not null
)

select
    documents.document_id,
    any_value(profile.newest_period) as newest_period,
    max(figures.date) as newest_known_of_the_year
from documents
inner join profile on documents.document_id = profile.document_id
inner join figures
    on
        cast(right(documents.dataset, 4) as integer) = year(figures.date)
        and documents.retrieved_at > figures.retrieved_at
group by documents.document_id
having any_value(profile.newest_period) < max(figures.date)
