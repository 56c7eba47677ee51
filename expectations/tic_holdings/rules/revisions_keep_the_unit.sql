-- severity: critical
-- scope: document
-- expected: half of the figures that change, change by less than a fifth
-- why: Real: 1.000. A unit that is wrong by 1,000, or months moved by one, shift all.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: news
select
    document_id,
    count(*) as figures_changed,
    median(cast(holdings / nullif(holdings_before, 0) as double)) as median_ratio
from news
where was_known and holdings <> holdings_before
group by document_id
having figures_changed >= 20 and median_ratio not between 0.8 and 1.25
