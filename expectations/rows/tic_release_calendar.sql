-- Grain: a day of release that is news, with what the list of release days and its own months say of it.
with listed as (
    select
        cast(data_month_end as date) as data_month_end,
        cast(released_on as date) as released_on,
        basis
    from seed_tic_release_calendar
),

twins as (
    select
        document_id,
        kind,
        data_month_end,
        count(*) as times_said
    from offered_tic_release_calendar
    group by document_id, kind, data_month_end
),

-- Later months come out later; two may come out together, as after the lapse of appropriations in 2025.
in_order as (
    select
        row_number,
        date_diff('day', lag(announced_on) over months, announced_on) as days_after_the_month_before,
        date_diff('day', announced_on, lead(announced_on) over months) as days_before_the_month_after
    from offered_tic_release_calendar
    window months as (partition by document_id, kind order by data_month_end)
)

select
    offered.row_number,
    offered.document_id,
    offered.line_number,
    offered.kind,
    offered.data_month_end,
    offered.announced_on,
    twins.times_said,
    date_diff('day', offered.data_month_end, last_day(offered.data_month_end)) as days_before_the_months_end,
    date_diff('day', offered.data_month_end, offered.announced_on) as days_after_the_months_end,
    case when offered.kind = 'scheduled' then date_diff('day', offered.data_month_end, offered.announced_on) end
        as days_scheduled_after_the_months_end,
    case when isodow(offered.announced_on) > 5 then dayname(offered.announced_on) end as day_off,
    case when isodow(offered.announced_on) > 5 and offered.kind = 'scheduled' then dayname(offered.announced_on) end
        as scheduled_day_off,
    case
        when offered.kind = 'published'
            then greatest(0, date_diff('day', cast(offered.retrieved_at as date), offered.announced_on))
    end as days_in_the_future,
    case
        when offered.kind = 'published' and listed.basis = 'published'
            then date_diff('day', listed.released_on, offered.announced_on)
    end as days_after_the_listed_day,
    least(in_order.days_after_the_month_before, in_order.days_before_the_month_after) as days_between_months,
    case
        when offered.kind = 'scheduled'
            then least(in_order.days_after_the_month_before, in_order.days_before_the_month_after)
    end as days_between_scheduled_months
from offered_tic_release_calendar as offered
left join twins
    on
        offered.document_id = twins.document_id
        and offered.kind = twins.kind
        and offered.data_month_end = twins.data_month_end
left join in_order on offered.row_number = in_order.row_number
left join listed on offered.data_month_end = listed.data_month_end
where offered.is_news
