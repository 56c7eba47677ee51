-- severity: critical
-- scope: document
-- expected: the document has a row for each known value inside its window
-- why: No row was missing between any two real editions, even where the window shrank.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: profile, requests
select
    profile.document_id,
    profile.rows_retracted as figures_gone
from profile
inner join requests on profile.document_id = requests.document_id
where profile.rows_retracted > 0 and not requests.is_dated
