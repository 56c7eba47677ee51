-- severity: critical
-- scope: document
-- expected: in every survey foreigners hold more long-term Treasuries than agency debt
-- why: 1.51 times as many at the least (2007): columns in the wrong place turn it round.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: offered
select
    document_id,
    month_end,
    max(holdings) filter (where security_type = 'treasury') as treasuries,
    max(holdings) filter (where security_type = 'agency') as agencies
from offered
where series = 'shl' and country_code = '99996' and instrument = 'long_term'
group by document_id, month_end
having treasuries < 1.1 * agencies
