-- severity: critical
-- scope: row
-- expected: a yield is corrected by at most a quarter of a point
-- why: Corrections are a few hundredths; FRED's editions have none.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    value_before,
    value
from news
where abs(value - value_before) > 0.25
