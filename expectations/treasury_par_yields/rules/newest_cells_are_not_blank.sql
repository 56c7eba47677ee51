-- severity: warning
-- scope: document
-- expected: a tenor that had a yield in the previous month has one on each later day
-- why: Tenors have a first day and no gaps after it. A lost column is blank.
-- advice: Check the publisher's page of that year. The next document that has the yields brings them.
-- uses: offered, curve
select
    offered.document_id,
    offered.tenor,
    min(offered.date) as first_blank_day,
    count(distinct offered.date) as blank_days
from offered
where
    offered.value is null
    and exists (
        select 1
        from curve
        where curve.tenor = offered.tenor and curve.date between offered.date - 30 and offered.date - 1
    )
group by offered.document_id, offered.tenor
