-- Grain: one row per series.
-- The catalogue of FRED, and the series of publishers without a catalogue of their own.
{% for catalogue in ['fred_series', 'observation_series'] -%}
    select
        ---------- ids
        series_id,

        ---------- what it is
        title,
        units,
        frequency,
        role,
        licence,

        ---------- valid range of its values
        lowest,
        highest,

        ---------- when it becomes known
        publication_lag_days,
        calendar as publication_calendar
    from {{ ref(catalogue) }}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
