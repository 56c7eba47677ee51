-- Grain: a series of the Office of Financial Research.
with source as (
    select * from {{ ref('ofr_series') }}
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
