-- severity: critical
-- scope: row
-- expected: the part of a change that neither net purchases nor valuation explain is less than 1.5 times the position,
--   or less than 20 billion dollars
-- why: The largest real share, of unexplained changes above 20 billion, is 0.98: Tether's move and other changes of
--   custody can move a whole position, not more.
-- uses: news, unexplained_changes
select
    news.row_number,
    news.document_id,
    news.holdings,
    changes.unexplained_change
from news
inner join unexplained_changes as changes on news.row_number = changes.row_number
where abs(changes.unexplained_change) > 20000 and abs(changes.unexplained_change) > 1.5 * changes.position
