-- severity: critical
-- scope: row
-- expected: if half of the tenors of a day are quarantined, so are the others
-- why: FRED has only some of the tenors. If those are wrong, the others probably are, too: they come from the same
--   table.
-- uses: news, held
with held_rows as (
    select distinct row_number from held
),

days as (
    select
        news.document_id,
        news.date,
        count(*) as tenors,
        count(held_rows.row_number) as held_tenors
    from news
    left join held_rows on news.row_number = held_rows.row_number
    group by news.document_id, news.date
)

select
    news.row_number,
    news.document_id,
    news.value,
    days.held_tenors,
    days.tenors
from news
inner join days on news.document_id = days.document_id and news.date = days.date
anti join held_rows on news.row_number = held_rows.row_number
where days.held_tenors >= 3 and days.held_tenors >= 0.5 * days.tenors
