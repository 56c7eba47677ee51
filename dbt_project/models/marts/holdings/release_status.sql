-- Grain: one row per data month.
-- When the month was due, and whether its holdings are known here. The newest document or the as-of date is the clock.
with release_days as (
    select * from {{ ref('stg_tic__release_days') }}
),

cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

clock as (
    select least(max(documents.retrieved_at), max(cutoff.known_before)) as now_at
    from {{ ref('stg_documents') }} as documents
    cross join cutoff
),

held as (
    select
        month_end,
        bool_or(instrument = 'total') as has_total,
        bool_or(instrument = 'long_term') as has_long_term,
        max(known_at) as known_at
    from {{ ref('fct_holdings') }}
    where country_code = '99996'
    group by month_end
),

completeness as (
    select * from {{ ref('int_holdings_months') }}
    where instrument = 'total'
),

-- Before a delayed release came out, only the day that it missed was known.
awaited as (
    select
        release_days.month_end,
        release_days.is_announced,
        clock.now_at,
        case
            when {{ end_of_release('release_days.released_on') }} >= clock.now_at
                then coalesce(release_days.scheduled_on, release_days.released_on)
            else release_days.released_on
        end as released_on
    from release_days
    cross join clock
),

dated as (
    select
        awaited.month_end,
        awaited.released_on,
        awaited.is_announced,
        awaited.now_at,
        held.known_at,
        completeness.missing_countries,
        coalesce(held.has_total, false) as has_total,
        coalesce(held.has_long_term, false) as has_long_term,
        coalesce(completeness.is_month_complete, false) as is_month_complete,
        -- An estimated day may be a week early.
        {{ end_of_release('awaited.released_on') }}
        + case when awaited.is_announced then interval '0 days' else interval '7 days' end as due_at
    from awaited
    left join held on awaited.month_end = held.month_end
    left join completeness on awaited.month_end = completeness.month_end
),

judged as (
    select
        *,
        due_at < now_at and not has_total as is_overdue,
        min(case when due_at >= now_at and not has_total then month_end end) over () as next_month_end
    from dated
)

-- Months before the first holdings were never published in these tables.
select
    month_end,
    released_on,
    is_announced,
    is_overdue,
    has_total,
    has_long_term,
    missing_countries,
    known_at,
    case
        when has_total and is_month_complete then 'held'
        when has_total then 'incomplete'
        when is_overdue and has_long_term then 'due, only table 1 held'
        when is_overdue then 'due and not held'
        else 'not due yet'
    end as status
from judged
where
    month_end >= (select min(held.month_end) from held)
    and (has_total or has_long_term or is_overdue or month_end = next_month_end)
order by month_end
