-- severity: critical
-- scope: document
-- expected: no fewer countries than in the last good edition are there
-- why: The number of countries of tables 1, 3, 3D, form S, the survey and mfhhis01 has not shrunk between two editions
--   that we have; table 5 follows the rank, and is left out.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: country_changes
select
    document_id,
    country_code as lost
from country_changes
qualify
    is_lost
    and count(*) filter (where is_lost) over (partition by document_id)
    > count(*) filter (where is_new) over (partition by document_id)
