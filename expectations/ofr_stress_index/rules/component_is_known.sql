-- severity: critical
-- scope: row
-- expected: every row names the index, one of its five categories or one of its three regions
-- why: The index has had the same nine columns since 2017.
-- uses: news, seed_ofr_series
select
    row_number,
    document_id,
    component
from news
anti join seed_ofr_series as series using (component)
