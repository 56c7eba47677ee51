-- severity: warning
-- scope: document
-- expected: every series is of a known direction and kind
-- why: Other kinds are loaded to raw, and are in no mart.
-- advice: Add the kind to dbt_project/seeds/cslt_series.csv if marts should have it.
-- uses: news, seed_cslt_series
select distinct
    news.document_id,
    news.series
from news
anti join seed_cslt_series on news.series = seed_cslt_series.series
