-- severity: critical
-- scope: row
-- expected: no day repeats the values of a day in the previous two weeks in most of its nine columns
-- why: In the real file no two days within two weeks share more than two of nine values. A repeated day or week shares
--   all.
-- advice: If the publisher confirms the figures, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, incoming
with repeated as (
    select
        own.document_id,
        own.date,
        earlier.date as repeats_day,
        count(*) as equal_values
    from incoming as own
    inner join incoming as earlier
        on
            own.document_id = earlier.document_id
            and own.component = earlier.component
            and own.value = earlier.value
            and earlier.date between own.date - 15 and own.date - 1
    group by own.document_id, own.date, earlier.date
    having equal_values >= 6
)

select
    news.row_number,
    news.document_id,
    news.value,
    max(repeated.repeats_day) as repeats_day
from news
inner join repeated on news.document_id = repeated.document_id and news.date = repeated.date
group by news.row_number, news.document_id, news.value
