-- severity: warning
-- scope: row
-- expected: the part of a change that neither net purchases nor valuation explain is less than 5 per cent of the
--   position, or less than 10 billion dollars
-- why: Larger parts are custody moves, new reporters or errors (32 of 3,471 in table 3): other changes, not sales.
-- uses: news, unexplained_changes
select
    news.row_number,
    news.document_id,
    news.holdings,
    changes.unexplained_change
from news
inner join unexplained_changes as changes on news.row_number = changes.row_number
where abs(changes.unexplained_change) > 0.05 * changes.position
