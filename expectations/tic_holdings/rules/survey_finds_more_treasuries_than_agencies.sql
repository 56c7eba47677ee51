-- severity: critical
-- scope: document
-- expected: in every survey foreigners hold more long-term Treasuries than agency debt
-- why: At least 1.51 times as many (2007): columns in the wrong place reverse it.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: incoming
select
    document_id,
    month_end,
    max(holdings) filter (where security_type = 'treasury') as treasuries,
    max(holdings) filter (where security_type = 'agency') as agencies
from incoming
where series = 'shl' and country_code = '99996' and instrument = 'long_term'
group by document_id, month_end
having treasuries < 1.1 * agencies
