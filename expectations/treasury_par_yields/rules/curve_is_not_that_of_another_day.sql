-- severity: critical
-- scope: row
-- expected: the curve of a day does not repeat that of a day in the previous two weeks in all tenors
-- why: A sign of a stuck feed or of a row copied down. No curve of 8 tenors or more occurred twice since 1990, and none
--   of 2023 to 2026.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, whole_curves
with repeated as (
    select
        whole_curves.date,
        max(earlier.date) as same_as
    from whole_curves
    inner join whole_curves as earlier
        on
            whole_curves.yields = earlier.yields
            and whole_curves.names = earlier.names
            and earlier.date between whole_curves.date - 15 and whole_curves.date - 1
    where whole_curves.tenors >= 8
    group by whole_curves.date
)

select
    news.row_number,
    news.document_id,
    news.value,
    repeated.same_as
from news
inner join repeated on news.date = repeated.date
