-- severity: critical
-- scope: document
-- expected: since 2002 the survey's total is the sum of its rows, to 60 million
-- why: About 246 rounded figures are off by 29 at most in 24 surveys; 60 is more than twice that. All rows are printed
--   since 2002.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: incoming
select
    document_id,
    month_end,
    security_type,
    instrument,
    sum(if(country_code = '99996', holdings, -holdings)) as total_less_rows
from incoming
where series = 'shl' and month_end >= date '2002-01-01'
group by document_id, month_end, security_type, instrument
having abs(total_less_rows) > 60
