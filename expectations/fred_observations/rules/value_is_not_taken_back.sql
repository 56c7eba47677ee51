-- severity: critical
-- scope: row
-- expected: a figure that had a value is not blank now
-- why: No value was taken back between any two of 23 pairs of real editions.
-- advice: If the publisher confirms it, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    value_before
from news
where value is null and value_before is not null and not is_dated
