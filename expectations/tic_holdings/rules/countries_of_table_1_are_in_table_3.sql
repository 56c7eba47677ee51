-- severity: warning
-- scope: document
-- expected: every country with Treasuries in table 1 is in table 3
-- why: In June 2026, only Cuba is not, and is left out.
-- uses: countries_only_in_table_1
select
    document_id,
    country_code as missing
from countries_only_in_table_1
