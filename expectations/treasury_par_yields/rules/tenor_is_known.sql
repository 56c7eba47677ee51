-- severity: warning
-- scope: row
-- expected: the tenor is one of the 14 that the Treasury has published
-- why: The Treasury sometimes adds a tenor: the last one was six weeks, in February 2025.
-- advice: Add the tenor to the list in expectations/treasury_par_yields/facts/tenors.sql.
-- uses: news, tenors
select
    row_number,
    document_id,
    tenor
from news
anti join tenors using (tenor)
