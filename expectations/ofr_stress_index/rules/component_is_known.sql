-- severity: critical
-- scope: row
-- expected: every row names the index, one of its five categories or one of its three regions
-- why: The index has had the same nine columns since 2017.
-- uses: news, components
select
    news.row_number,
    news.document_id
from news
anti join components on news.component = components.component
