-- Grain: a series of the catalogue.
with source as (
    select * from {{ ref('fred_series') }}
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

        ---------- when it becomes known
        publication_lag_days,
        calendar as publication_calendar
    from source
)

select * from renamed
