-- severity: warning
-- scope: row
-- expected: no day is a Saturday or a Sunday
-- why: One of 479 is, September 26, 2009: a mistake on the publisher's page, which the list of release days does not
--   repeat.
-- uses: news
select
    row_number,
    document_id,
    announced_on,
    dayname(announced_on) as weekday
from news
where isodow(announced_on) > 5
