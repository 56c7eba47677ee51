-- severity: critical
-- scope: row
-- expected: no day has the values of a day of the two weeks before in most of its nine columns
-- why: In the real file no two days within two weeks share more than two of nine values. A day or a week put in twice
--   shares all.
-- advice: If the publisher confirms the figures, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news, offered
with repeated as (
    select
        own.document_id,
        own.date,
        earlier.date as repeats_day,
        count(*) as equal_values
    from offered as own
    inner join offered as earlier
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
