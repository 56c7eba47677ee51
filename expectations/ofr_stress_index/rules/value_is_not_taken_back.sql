-- severity: critical
-- scope: row
-- expected: a figure that had a value does not become blank
-- why: The publisher may restate its history, but never removes values.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    value_before
from news
where value is null and value_before is not null
