-- Grain: one row per series, date and vintage.
-- What the publishers of series reported for each date.
{% for publisher in series_publishers() -%}
    select
        series_id,
        document_id,
        date,
        released_on,
        retrieved_at,
        value,
        '{{ publisher.name }}' as publisher
    from {{ ref(publisher.observations) }}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
