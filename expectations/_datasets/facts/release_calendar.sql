-- The due time of each month of TIC: its scheduled day, or the actual day if that was earlier; without either, an
-- estimate. Releases come at 4 pm in Washington, all tables within a quarter of an hour. An estimate has a week of
-- tolerance.
-- uses: release_words
with latest_words as (
    select
        data_month_end,
        released_on,
        basis
    from release_words
    qualify row_number() over (partition by data_month_end, basis order by preference asc, retrieved_at desc) = 1
),

notes as (
    select
        data_month_end,
        string_agg(distinct note, '; ') as note
    from release_words
    where note is not null and basis != 'estimated'
    group by data_month_end
)

select
    latest_words.data_month_end,
    latest_words.released_on,
    latest_words.basis,
    notes.note,
    latest_words.released_on + interval 22 hour
    + case latest_words.basis when 'estimated' then interval 7 day else interval 0 day end as due_at
from latest_words
left join notes on latest_words.data_month_end = notes.data_month_end
qualify
    row_number() over (
        partition by latest_words.data_month_end
        order by latest_words.basis = 'estimated' asc, latest_words.released_on asc, latest_words.basis desc
    ) = 1
