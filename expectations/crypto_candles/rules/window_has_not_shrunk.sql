-- severity: warning
-- scope: document
-- expected: a document has at least nine tenths of the rows of the previous one of the same address
-- why: If a publisher serves less than before, check why. An address whose end moves every day has no previous
--   document.
-- advice: Nothing is lost: older candles stay loaded. Check whether the venue has shortened its history.
-- uses: documents, ledger, profile
with earlier as (
    select
        address,
        retrieved_at,
        rows_parsed
    from ledger
    where status = 'loaded'
    union all
    select
        address,
        retrieved_at,
        rows_parsed
    from documents
)

select
    documents.document_id,
    any_value(profile.rows_parsed) as candles,
    max_by(earlier.rows_parsed, earlier.retrieved_at) as candles_of_the_last_document
from documents
inner join profile on documents.document_id = profile.document_id
inner join earlier on documents.address = earlier.address and documents.retrieved_at > earlier.retrieved_at
group by documents.document_id
having candles / nullif(candles_of_the_last_document, 0) < 0.9
