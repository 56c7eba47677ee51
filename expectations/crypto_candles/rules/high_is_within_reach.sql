-- severity: critical
-- scope: row
-- expected: high is at most three times the higher of open and close
-- why: The widest real day from low to high had a ratio of 1.8 (2020-03-12); a shifted decimal point has 10.
-- uses: news
select
    row_number,
    document_id,
    open,
    high,
    close
from news
where high / nullif(greatest(open, close), 0) not between 1e-12 and 3
