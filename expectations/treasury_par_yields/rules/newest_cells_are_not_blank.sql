-- severity: warning
-- scope: document
-- expected: a tenor that had a yield in the previous month has one on each later day
-- why: Tenors have a first day and no gaps after it. A lost column is blank.
-- advice: Check the publisher's page of that year. The next document that has the yields brings them.
-- uses: incoming, curve
select
    incoming.document_id,
    incoming.tenor,
    min(incoming.date) as first_blank_day,
    count(distinct incoming.date) as blank_days
from incoming
where
    incoming.value is null
    and exists (
        select 1
        from curve
        where curve.tenor = incoming.tenor and curve.date between incoming.date - 30 and incoming.date - 1
    )
group by incoming.document_id, incoming.tenor
