-- severity: critical
-- scope: document
-- expected: nine in ten figures that tables 1 and 3 of the same release have are equal to the million
-- why: They are the same figures, published at the same minute.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = cslt, period = day of retrieval).
-- uses: beside_the_tables
select
    document_id,
    count(*) filter (where difference > 1) as figures_apart,
    count(*) as figures_compared
from beside_the_tables
group by document_id
having figures_compared >= 100 and 10 * figures_apart > figures_compared
