-- severity: warning
-- scope: row
-- expected: figures equal those of tables 1 and 3 of the same release, to the million
-- why: They are published together. A warning, since one of the files may be posted before the others; where most
--   figures differ, the document is refused.
-- uses: beside_the_tables
select
    row_number,
    document_id,
    source as table_name,
    difference
from beside_the_tables
where difference > 1
