-- severity: critical
-- scope: document
-- expected: no country starts later than in the last good edition
-- why: A later start means a shorter window or lost rows. If the window moved for all countries, no single country is
--   at fault.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: country_changes
select
    document_id,
    country_code,
    first_month,
    first_month_before
from country_changes
where first_month > greatest(first_month_before, first_month_of_document) and not is_new
