-- severity: critical
-- scope: document
-- expected: no series has more than a third of its known figures replaced by quite different ones
-- why: Surveys restate levels by a few per cent. Exchanged countries or kinds, a shift by a month, another sign or
--   another unit replace nearly all figures of a series.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = cslt, period = day of retrieval).
-- uses: series_restated
select
    document_id,
    series,
    country_code,
    figures_known,
    figures_replaced
from series_restated
where 3 * figures_replaced > figures_known
order by figures_replaced desc, series asc, country_code asc
limit 100
