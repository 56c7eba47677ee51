-- severity: critical
-- scope: document
-- expected: no more than 2 countries with Treasuries in table 1 are missing in table 3
-- why: Two could be an honest difference between two releases; more are rows lost.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: countries_only_in_table_1
select
    document_id,
    country_code as missing
from countries_only_in_table_1
qualify count(*) over (partition by document_id) > 2
