-- severity: critical
-- scope: row
-- expected: a figure that had a value is not blank now
-- why: The publisher may restate its history; it never empties it.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    value_before
from news
where value is null and value_before is not null
