-- severity: critical
-- scope: row
-- expected: a yield is corrected by a quarter of a point at most
-- why: Corrections are of some hundredths; FRED's editions show none.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    value_before,
    value
from news
where abs(value - value_before) > 0.25
