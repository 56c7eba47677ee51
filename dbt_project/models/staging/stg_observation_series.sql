-- Grain: a series of a publisher without a catalogue of its own.
with source as (
    select * from {{ ref('observation_series') }}
),

renamed as (
    select
        ---------- ids
        series_id,

        ---------- what it is
        title,
        units,
        frequency,
        role,
        licence,

        ---------- what its values can be
        lowest,
        highest,

        ---------- when it becomes known
        publication_lag_days,
        calendar as publication_calendar
    from source
)

select * from renamed
