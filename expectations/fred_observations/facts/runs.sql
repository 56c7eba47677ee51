-- The run of equal values that each recent value belongs to: its length, and the value's place in it.
-- uses: recent_values
with changes as (
    -- noqa: disable=all
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
    count(*) over run_of_values as equal_values,
    row_number() over (run_of_values order by date) as place
from numbered
window run_of_values as (partition by document_id, series_id, released_on, run)
