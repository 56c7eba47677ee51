-- severity: critical
-- scope: document
-- expected: four of five past days are in the list of release days
-- why: All 252 of the calendar of January 2026 are; a wrong year or column moves nearly all.
-- uses: incoming, listed_days
select
    incoming.document_id,
    count(*) filter (where listed.released_on <> incoming.announced_on) as days_elsewhere,
    count(*) as days_listed
from incoming
inner join listed_days as listed on incoming.data_month_end = listed.data_month_end
where incoming.kind = 'published'
group by incoming.document_id
having days_listed >= 3 and days_elsewhere > 0.2 * days_listed
