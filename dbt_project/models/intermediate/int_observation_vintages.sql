-- Grain: a series, date and known_at: every value that FRED gave, with the moment at which the world could have known it.
--
-- The first value of a date is known from its publication (ALFRED's day where it is one, else date + the series' lag), or
-- from our retrieval if that was earlier; each later, different value from its own publication or retrieval.
with observations as (
    select * from {{ ref('stg_fred__observations') }}
),

series as (
    select * from {{ ref('stg_fred__series') }}
),

in_order as (
    select
        series_id,
        date,
        value,
        coalesce({{ end_of_publication('released_on') }}, retrieved_at) as stated_at,
        released_on is not null as is_dated,
        lag(value) over statements as value_before,
        row_number() over statements as statement_number
    from observations
    window statements as (
        partition by series_id, date
        order by coalesce({{ end_of_publication('released_on') }}, retrieved_at), document_id
    )
),

changes as (
    select * from in_order
    where statement_number = 1 or value is distinct from value_before
),

-- A business-day series is published on the next business day that the series itself has, at most four days later.
calendar as (
    select
        series_id,
        date,
        lead(date) over (partition by series_id order by date) as next_date
    from (select distinct
        series_id,
        date
    from observations) as dates
),

publication as (
    select
        calendar.series_id,
        calendar.date,
        case
            when series.publication_calendar = 'business' and series.publication_lag_days = 1
                then least(
                    coalesce(calendar.next_date, calendar.date + 4), calendar.date + 4
                )
            -- FRED puts out what is about a Friday, Saturday or Sunday on the Monday after.
            when series.publication_calendar = 'daily' and series.publication_lag_days = 1
                then
                    calendar.date
                    + case extract(isodow from calendar.date)
                        when 5 then 3
                        when 6 then 2
                        else 1
                    end
            else calendar.date + coalesce(series.publication_lag_days, 1)
        end as published_on
    from calendar
    left join series on calendar.series_id = series.series_id
),

dated as (
    select
        changes.series_id,
        changes.date,
        changes.value,
        changes.statement_number,
        changes.stated_at,
        case
            when changes.statement_number > 1 then changes.stated_at
            -- ALFRED begins years after some series do: only a day near the usual one is the day of publication.
            when changes.is_dated and changes.stated_at < cast(publication.published_on as timestamp) + interval '60 days'
                then changes.stated_at
            else least(
                greatest(
                    {{ end_of_publication('publication.published_on') }}, {{ day_is_over('changes.date') }}
                ),
                changes.stated_at
            )
        end as known_at
    from changes
    inner join publication
        on changes.series_id = publication.series_id and changes.date = publication.date
)

select
    series_id,
    date,
    value,
    known_at,
    'fred' as publisher,
    case when known_at < stated_at then 'reconstructed' else 'observed' end as vintage_basis
from dated
where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
