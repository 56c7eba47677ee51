-- severity: critical
-- scope: document
-- expected: the edition has at least as many countries as the last good one
-- why: The number of countries of tables 1, 3, 3D, form S, the survey and mfhhis01 has never decreased between two
--   archived editions. Table 5 depends on the rank and is left out.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: country_changes
select
    document_id,
    country_code as lost
from country_changes
qualify
    is_lost
    and count(*) filter (where is_lost) over (partition by document_id)
    > count(*) filter (where is_new) over (partition by document_id)
