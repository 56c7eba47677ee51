-- severity: critical
-- scope: document
-- expected: the document has every known auction of its type and year
-- why: The document of a year only grows. If an auction is missing, the document was cut off or comes from a cache.
-- advice: Fetch it again.
-- uses: documents, incoming, known
select
    documents.document_id,
    known.auction_date,
    known.cusip
from documents
inner join known
    on
        documents.dataset = concat(known.security_type, '/', year(known.auction_date))
        and documents.retrieved_at > known.retrieved_at
        and known.security_term is not null
anti join incoming
    on
        documents.document_id = incoming.document_id
        and known.cusip = incoming.cusip
        and known.auction_date = incoming.auction_date
