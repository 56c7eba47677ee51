-- Grain: one row per series.
-- The catalogues of all publishers of series.
{% for publisher in series_publishers() -%}
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
    from {{ ref(publisher.catalogue) }}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
