-- Grain: one row per series, date and known_at.
-- Every value from FRED or the OFR with the time from which it was publicly known. The first value of a date is known from its
-- publication (ALFRED's day if there is one, otherwise date + the lag of the series), or from our retrieval if that was earlier.
-- What another publisher has out before FRED, such as the Treasury's yields, is known from that publisher's evening.
-- Each later, different value is known from its own publication or retrieval. A correction applies from the day the error was
-- known.
with observations as (
    select * from {{ ref('int_observation_statements') }}
),

series as (
    select * from {{ ref('stg_series') }}
),

in_order as (
    select
        series_id,
        publisher,
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

-- A business-day series is published on its own next business day, at most four days later.
calendar as (
    select
        series_id,
        date,
        lead(date) over (partition by series_id order by date) as next_date,
        lead(date, 2) over (partition by series_id order by date) as next_date_but_one
    from (select distinct
        series_id,
        date
    from observations) as dates
),

publication as (
    select
        calendar.series_id,
        calendar.date,
        series.first_publisher,
        case
            when series.publication_calendar = 'business' and series.known_lag_days = 1
                then least(
                    coalesce(calendar.next_date, calendar.date + 4), calendar.date + 4
                )
            -- Two business days are four days over a weekend, and five with a holiday.
            when series.publication_calendar = 'business' and series.known_lag_days = 2
                then least(
                    coalesce(calendar.next_date_but_one, calendar.date + 5), calendar.date + 5
                )
            -- FRED publishes the values of Friday, Saturday and Sunday on Monday.
            when series.publication_calendar = 'daily' and series.known_lag_days = 1
                then
                    calendar.date
                    + case {{ day_of_week('calendar.date') }}
                        when 5 then 3
                        when 6 then 2
                        else 1
                    end
            else calendar.date + coalesce(series.known_lag_days, 1)
        end as published_on
    from calendar
    left join series on calendar.series_id = series.series_id
),

dated as (
    select
        changes.series_id,
        changes.publisher,
        changes.date,
        changes.value,
        changes.statement_number,
        changes.stated_at,
        case
            when changes.statement_number > 1 then changes.stated_at
            -- ALFRED has FRED's own days. It starts years after some series: only a day near the usual one is that of publication.
            when
                changes.is_dated
                and publication.first_publisher is null
                and changes.stated_at < cast(publication.published_on as timestamp) + interval '60 days'
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
),

corrections as (
    select * from {{ ref('stg_corrections') }}
    where status = 'active' and action = 'replace' and source_table = 'fred_observations'
),

matched as (
    select
        dated.series_id,
        dated.date,
        dated.statement_number,
        corrections.correction_id,
        corrections.corrected_value,
        greatest(dated.known_at, {{ end_of_publication('corrections.known_since') }}) as corrected_at
    from dated
    inner join corrections
        on
            dated.series_id = corrections.series
            and (corrections.period is null or dated.date = corrections.period)
            and dated.value = corrections.published_value
),

-- A correction applies until the publisher publishes another value.
corrected as (
    select matched.*
    from matched
    left join changes as later
        on
            matched.series_id = later.series_id
            and matched.date = later.date
            and matched.statement_number < later.statement_number
            and matched.corrected_at >= later.stated_at
    where later.series_id is null
),

everything as (
    select
        dated.series_id,
        dated.publisher,
        dated.date,
        dated.value,
        dated.known_at,
        cast(null as {{ dbt.type_string() }}) as correction_id,
        case when dated.known_at < dated.stated_at then 'reconstructed' else 'observed' end as vintage_basis
    from dated
    -- A value known to be wrong when it was published was never valid.
    left join corrected
        on
            dated.series_id = corrected.series_id
            and dated.date = corrected.date
            and dated.known_at = corrected.corrected_at
    where corrected.correction_id is null
    union all
    select
        series_id,
        'fred' as publisher,
        date,
        corrected_value as value,
        corrected_at as known_at,
        correction_id,
        'corrected' as vintage_basis
    from corrected
)

select
    series_id,
    date,
    value,
    known_at,
    vintage_basis,
    correction_id,
    publisher
from everything
where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
