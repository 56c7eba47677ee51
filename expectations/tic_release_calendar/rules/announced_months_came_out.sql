-- severity: critical
-- scope: document
-- expected: the newest month that was announced for a past day is published
-- why: The newest of 225 announced by January 2026 is. A late release shows in the files; its calendar is refused until
--   the month is published.
-- uses: incoming
with months as (
    select
        *,
        max(data_month_end) filter (where kind = 'published') over (partition by document_id) as newest_published
    from incoming
)

select
    document_id,
    data_month_end as overdue_month,
    announced_on,
    newest_published
from months
where kind = 'scheduled' and announced_on <= cast(retrieved_at as date) and data_month_end > newest_published
