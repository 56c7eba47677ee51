-- severity: warning
-- scope: document
-- expected: table 5 has thirteen months
-- why: True in every edition; a month more or less does not make figures wrong.
-- uses: incoming
select
    document_id,
    count(distinct month_end) as months
from incoming
where series = 'slt_table5' and holdings is not null
group by document_id
having months <> 13
