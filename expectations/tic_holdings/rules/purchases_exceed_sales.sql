-- severity: critical
-- scope: document
-- expected: form S: over all months foreigners bought more Treasuries, agency and corporate bonds than they sold
-- why: 1.014, 1.12 and 1.13 times as many from 1977 to 2023: swapped sides reverse it.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: incoming
select
    document_id,
    security_type,
    sum(gross_purchases) as purchases,
    sum(gross_sales) as sales
from incoming
where series = 's1' and country_code = '99996' and security_type in ('treasury', 'agency', 'corporate_bond')
group by document_id, security_type
having purchases < sales
