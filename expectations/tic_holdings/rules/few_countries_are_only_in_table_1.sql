-- severity: critical
-- scope: document
-- expected: at most 2 countries with Treasuries in table 1 are missing in table 3
-- why: Two may be a real difference between two releases; more are lost rows.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: countries_only_in_table_1
select
    document_id,
    country_code as missing
from countries_only_in_table_1
qualify count(*) over (partition by document_id) > 2
