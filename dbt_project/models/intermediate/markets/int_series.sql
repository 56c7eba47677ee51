-- Grain: a series: the catalogues of all publishers of series.
{% for catalogue in ['stg_fred__series', 'stg_ofr__series'] -%}
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
        publication_calendar
    from {{ ref(catalogue) }}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
