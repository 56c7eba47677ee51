-- Grain: one row per series, date and vintage.
-- What the publishers of series reported for each date.
{% for publisher, observations in described_tables()['observation_models'].items() -%}
    select
        series_id,
        document_id,
        date,
        released_on,
        retrieved_at,
        value,
        '{{ publisher }}' as publisher
    from {{ ref(observations) }}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
