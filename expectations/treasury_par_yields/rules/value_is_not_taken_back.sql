-- severity: critical
-- scope: row
-- expected: a yield that had a value does not become blank
-- why: Only tenors that did not exist yet are blank.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    value_before
from news
where value is null and value_before is not null
