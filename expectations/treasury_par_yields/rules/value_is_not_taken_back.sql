-- severity: critical
-- scope: row
-- expected: a yield that had a value is not blank now
-- why: Blanks are of tenors that did not exist yet.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    value_before
from news
where value is null and value_before is not null
