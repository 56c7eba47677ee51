-- severity: critical
-- scope: document
-- expected: no country of table 3 has 0 in total or bills in all months
-- why: Sixteen countries are n.a. there in all months; none is 0.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: incoming
select
    document_id,
    country_code,
    instrument,
    count(holdings) as months_of_zero
from incoming
where series = 'slt_table3' and instrument in ('total', 'bills')
group by document_id, country_code, instrument
having max(holdings) = 0 and months_of_zero >= 12
