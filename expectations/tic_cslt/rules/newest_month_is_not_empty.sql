-- severity: critical
-- scope: document
-- expected: nineteen in twenty positions above 100 million have a figure above zero in the month after, the newest one
-- why: No holder of that size sells all of it in a month, let alone many. Zeros add up, and break no identity.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = cslt, period = day of retrieval).
-- uses: documents, incoming
with newest as (
    select
        documents.document_id,
        before.holdings as holdings_before,
        incoming.holdings
    from documents
    inner join incoming
        on documents.document_id = incoming.document_id and documents.newest_period = incoming.month_end
    inner join incoming as before
        on
            incoming.document_id = before.document_id
            and incoming.series = before.series
            and incoming.country_code = before.country_code
            and before.month_end = last_day(documents.newest_period - interval '1 month')
    where before.holdings > 100
)

select
    document_id,
    count(*) filter (where coalesce(holdings, 0) = 0) as positions_empty,
    count(*) as positions_before
from newest
group by document_id
having 20 * positions_empty > positions_before
