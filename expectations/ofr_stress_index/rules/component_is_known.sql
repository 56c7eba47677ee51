-- severity: critical
-- scope: row
-- expected: every row names the index, one of its five categories or one of its three regions
-- why: The index has had the same nine columns since 2017.
-- uses: news, seed_ofr_series
select
    news.row_number,
    news.document_id
from news
anti join seed_ofr_series as series on news.component = series.component
