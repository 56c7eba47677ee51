-- severity: critical
-- scope: row
-- expected: a figure that had a value does not become blank
-- why: No value was removed in any of 23 pairs of real editions.
-- advice: If the publisher confirms it, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    value_before
from news
where value is null and value_before is not null and not is_dated
