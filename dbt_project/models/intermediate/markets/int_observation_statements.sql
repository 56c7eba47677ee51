-- Grain: a series, date and vintage: what the publishers of series said of each date.
{% for publisher, statements in {'fred': 'stg_fred__observations', 'ofr': 'stg_ofr__stress_index'}.items() -%}
    select
        series_id,
        document_id,
        date,
        released_on,
        retrieved_at,
        value,
        '{{ publisher }}' as publisher
    from {{ ref(statements) }}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
