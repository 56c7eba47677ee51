-- severity: critical
-- scope: document
-- expected: a new edition changes less than a fifth of the figures beyond its revision window (a year in January,
--   April, July and October, otherwise three months)
-- why: Real: 0.5 per cent (July 2026, which also corrected December 2024). The publisher goes beyond the window if a
--   revision is significant. All releases since the last good edition count.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: revision_windows, incoming
select
    incoming.document_id,
    windows.revised_from,
    count(*) filter (where incoming.is_news) as old_figures_changed,
    count(*) as old_figures
from incoming
inner join revision_windows as windows on incoming.document_id = windows.document_id
where incoming.was_known and incoming.month_end < windows.revised_from and incoming.series <> 'shl'
group by incoming.document_id, windows.revised_from
having old_figures >= 100 and old_figures_changed > 0.2 * old_figures
