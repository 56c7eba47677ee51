-- severity: critical
-- scope: document
-- expected: of each series, two in three figures that tables 1 and 3 of the same release have are equal to the million
-- why: They are the same figures, published at the same minute. Two exchanged countries are too few for a share of all
--   figures, and a first edition has no other one before it.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = cslt, period = day of retrieval).
-- uses: beside_the_tables
select
    document_id,
    series,
    country_code,
    count(*) filter (where difference > 1) as figures_apart,
    count(*) as figures_compared
from beside_the_tables
group by document_id, series, country_code
having figures_compared >= 12 and 3 * figures_apart > figures_compared
