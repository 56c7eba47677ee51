-- severity: critical
-- scope: row
-- expected: nothing is scheduled for a Saturday or a Sunday
-- why: None of 225 announcements since 2003 is.
-- uses: news
select
    row_number,
    document_id,
    announced_on,
    dayname(announced_on) as weekday
from news
where kind = 'scheduled' and isodow(announced_on) > 5
