-- severity: warning
-- scope: document
-- expected: figures older than two years change in January, April, July and October, and otherwise hardly at all
-- why: Most months change the last three months, the first of each quarter a year. After the annual survey many years
--   move. A bound of one in a hundred, and of one in three in the months of revisions.
-- uses: old_figures
select
    document_id,
    release_month,
    figures_changed,
    figures_known
from old_figures
where figures_changed > figures_known * (case when release_month in (1, 4, 7, 10) then 0.33 else 0.01 end)
