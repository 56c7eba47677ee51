-- severity: critical
-- scope: row
-- expected: a month is scheduled for 38 to 70 days after its end
-- why: 43 to 60 in all announcements since 2003; delays by a lapse of appropriations are not scheduled.
-- uses: news
select
    row_number,
    document_id,
    announced_on
from news
where kind = 'scheduled' and date_diff('day', data_month_end, announced_on) not between 38 and 70
