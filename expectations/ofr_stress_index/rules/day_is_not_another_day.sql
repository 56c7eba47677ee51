-- severity: critical
-- scope: row
-- expected: the nine figures of a day are not those of a day in the two weeks before
-- why: A feed that hangs, or a row copied down. No two days within two weeks have been equal since 2000.
-- advice: If the publisher confirms the figures, add lines `accept` to dbt_project/seeds/corrections.csv.
-- uses: news, offered
with days as (
    select
        document_id,
        date,
        list(value order by component) as figures
    from offered
    where value is not null
    group by document_id, date
    having count(distinct value) >= 5
),

repeated as (
    select
        days.document_id,
        days.date,
        max(earlier.date) as same_as
    from days
    inner join days as earlier
        on days.document_id = earlier.document_id
        and days.figures = earlier.figures
        and earlier.date between days.date - 15 and days.date - 1
    group by days.document_id, days.date
)

select
    news.row_number,
    news.document_id,
    news.value,
    repeated.same_as
from news
inner join repeated on news.document_id = repeated.document_id and news.date = repeated.date
