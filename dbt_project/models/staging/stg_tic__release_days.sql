-- Grain: one row per data month.
-- Our curated list comes first, then the latest announcement by the publisher. The list's estimates fill the rest.
with listed as (
    select
        data_month_end as month_end,
        released_on,
        scheduled_on,
        case when basis = 'estimated' then 3 else 1 end as preference,
        cast('1970-01-01' as timestamp) as said_at
    from {{ ref('tic_release_calendar') }}
),

-- An actual release day takes precedence over a scheduled one.
announced as (
    select
        data_month_end as month_end,
        announced_on as released_on,
        cast(null as date) as scheduled_on,
        case when kind = 'published' then 1.5 else 2 end as preference,
        retrieved_at as said_at
    from {{ source('raw', 'tic_release_calendar') }}
    where announced_on > data_month_end
),

everything as (
    select * from listed
    union all
    select * from announced
),

ranked as (
    select
        month_end,
        released_on,
        scheduled_on,
        preference < 3 as is_announced,
        row_number() over (partition by month_end order by preference asc, said_at desc) as recency
    from everything
)

select
    month_end,
    released_on,
    scheduled_on,
    is_announced
from ranked
where recency = 1
