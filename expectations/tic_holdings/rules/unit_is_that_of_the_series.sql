-- severity: critical
-- scope: row
-- expected: table 5, mfhhis01 and mfh are in billions, the other files in millions of dollars
-- why: A wrong unit makes figures wrong by a factor of 1,000. The files print their unit and have never changed it.
-- uses: news
select
    row_number,
    document_id,
    holdings,
    unit
from news
where unit <> if(series in ('slt_table5', 'mfhhis01', 'mfhhis01_old_basis', 'mfh'), 'usd_bn', 'usd_mn')
