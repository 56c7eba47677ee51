-- How many values in a row, up to each recent value, are equal.
-- uses: recent_values
with changes as (
    select
        *,
        value is distinct from lag(value) over series as is_change,
        lead(date) over series is null as is_newest
    from recent_values
    window series as (partition by document_id, series_id, released_on order by date)
),

numbered as (
    select
        *,
        count(*) filter (where is_change) over (
            partition by document_id, series_id, released_on order by date rows unbounded preceding
        ) as run
    from changes
)

select
    row_number,
    calendar,
    digits,
    longest_still,
    is_newest,
    row_number() over (partition by document_id, series_id, released_on, run order by date) as equal_values
from numbered
