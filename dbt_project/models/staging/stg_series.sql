-- Grain: one row per series.
-- The catalogue of FRED, and the series of publishers without a catalogue of their own.
with first_publishers as (
    select * from {{ ref('first_publishers') }}
),

catalogues as (
    {% for catalogue in ['fred_series', 'observation_series'] -%}
        select
            series_id,
            title,
            units,
            frequency,
            role,
            licence,
            lowest,
            highest,
            publication_lag_days,
            calendar
        from {{ ref(catalogue) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select
    ---------- ids
    catalogues.series_id,

    ---------- what it is
    catalogues.title,
    catalogues.units,
    catalogues.frequency,
    catalogues.role,
    catalogues.licence,

    ---------- valid range of its values
    catalogues.lowest,
    catalogues.highest,

    ---------- when it becomes known
    catalogues.publication_lag_days,
    catalogues.calendar as publication_calendar,
    first_publishers.first_publisher,
    coalesce(first_publishers.known_lag_days, catalogues.publication_lag_days) as known_lag_days
from catalogues
left join first_publishers on catalogues.series_id = first_publishers.series_id
