-- severity: critical
-- scope: document
-- expected: half of the changed figures change by less than a fifth
-- why: Real: 1.000. A unit that is wrong by a factor of 1,000, or months shifted by one, change all by more.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: news
select
    document_id,
    count(*) as figures_changed,
    median(cast(holdings / nullif(holdings_before, 0) as double)) as median_ratio
from news
where was_known and holdings <> holdings_before
group by document_id
having figures_changed >= 20 and median_ratio not between 0.8 and 1.25
