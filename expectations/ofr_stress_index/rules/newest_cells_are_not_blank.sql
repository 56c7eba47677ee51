-- severity: warning
-- scope: document
-- expected: on a new day, every component has a figure
-- why: No cell of four editions is blank.
-- advice: Look at the publisher's page. The figures come in with the next document that has them.
-- uses: new_days
select
    document_id,
    component,
    min(date) as first_blank_day,
    count(*) as blank_days
from new_days
where value is null
group by document_id, component
