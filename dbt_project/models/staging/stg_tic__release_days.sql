-- Grain: one row per data month.
-- Our curated list comes first. Announcements by the publisher fill the months it does not reach.
with curated as (
    select
        data_month_end as month_end,
        released_on
    from {{ ref('tic_release_calendar') }}
),

announced as (
    select
        data_month_end as month_end,
        min(announced_on) as released_on
    from {{ source('raw', 'tic_release_calendar') }}
    where announced_on > data_month_end
    group by data_month_end
),

announced_only as (
    select announced.*
    from announced
    left join curated on announced.month_end = curated.month_end
    where curated.month_end is null
)

select * from curated
union all
select * from announced_only
