-- Grain: an offered calendar of releases, with how it stands to the list of release days and to what was known.
with listed as (
    select
        cast(data_month_end as date) as data_month_end,
        cast(released_on as date) as released_on
    from seed_tic_release_calendar
    where basis = 'published'
),

against_the_list as (
    select
        offered.document_id,
        count(*) as months_listed,
        count(*) filter (where listed.released_on <> offered.announced_on) as months_elsewhere
    from offered_tic_release_calendar as offered
    inner join listed on offered.data_month_end = listed.data_month_end
    where offered.kind = 'published'
    group by offered.document_id
),

-- A month that was announced for a day that is past comes behind no newer one that is out.
overdue as (
    select
        document_id,
        count(*) as months_overdue
    from (
        select
            *,
            max(data_month_end) filter (where kind = 'published') over (partition by document_id) as newest_published
        from offered_tic_release_calendar
    )
    where
        kind = 'scheduled'
        and announced_on <= cast(retrieved_at as date)
        and data_month_end > newest_published
    group by document_id
)

select
    profile.document_id,
    overdue.months_overdue,
    case
        when against_the_list.months_listed >= 3
            then against_the_list.months_elsewhere / against_the_list.months_listed
    end as share_of_days_elsewhere,
    case when profile.rows_known >= 24 then profile.rows_changed / profile.rows_known end as share_changed
from profile_tic_release_calendar as profile
left join against_the_list on profile.document_id = against_the_list.document_id
left join overdue on profile.document_id = overdue.document_id
