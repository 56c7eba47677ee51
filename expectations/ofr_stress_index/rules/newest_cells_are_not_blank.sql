-- severity: critical
-- scope: document
-- expected: on a new day every component has a value
-- why: No cell of the real file is blank. A day without a component only looks complete.
-- advice: Fetch it again. If the publisher has dropped a component, add an `accept` line for this document and day of
--   retrieval to dbt_project/seeds/corrections.csv.
-- uses: incoming
with days as (
    select
        document_id,
        component,
        date,
        value,
        value_before,
        count(value) over (partition by document_id, date) as components_with_value
    from incoming
)

select
    document_id,
    component,
    min(date) as first_blank_day,
    count(*) as blank_days
from days
where value is null and value_before is null and components_with_value > 0
group by document_id, component
