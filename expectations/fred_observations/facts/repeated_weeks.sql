-- Recent values of daily series in a week that equals the previous week, value by value. A week has four to seven rows;
-- they must have three different values, 0.06 apart, so that they are not equal by chance.
-- uses: recent_values
with repeats as (
    select
        *,
        coalesce(value = lag(value, 4) over series, false) as is_repeat_of_4,
        coalesce(value = lag(value, 5) over series, false) as is_repeat_of_5,
        coalesce(value = lag(value, 6) over series, false) as is_repeat_of_6,
        coalesce(value = lag(value, 7) over series, false) as is_repeat_of_7
    from recent_values
    where calendar in ('business', 'daily')
    window series as (partition by document_id, series_id, released_on order by date)
),

ends as (
    select
        case
            when bool_and(is_repeat_of_7) over seven then 7
            when bool_and(is_repeat_of_6) over six then 6
            when bool_and(is_repeat_of_5) over five then 5
            when bool_and(is_repeat_of_4) over four then 4
        end as rows_repeated,
        list(value) over seven as last_values,
        list(row_number) over seven as last_rows
    from repeats
    window
        four as (partition by document_id, series_id, released_on order by date rows 3 preceding),
        five as (partition by document_id, series_id, released_on order by date rows 4 preceding),
        six as (partition by document_id, series_id, released_on order by date rows 5 preceding),
        seven as (partition by document_id, series_id, released_on order by date rows 6 preceding)
)

select distinct
    unnest(last_rows[-rows_repeated:]) as row_number,
    rows_repeated
from ends
where
    rows_repeated is not null
    and len(list_distinct(last_values[-rows_repeated:])) >= 3
    and list_max(last_values[-rows_repeated:]) - list_min(last_values[-rows_repeated:]) >= 0.06
