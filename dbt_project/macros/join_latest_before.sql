{#-
    From clause: each row of `days` with the latest row of `spans`, per value of `key`, that starts on or before its `date`. The
    query must also select the spans that have not ended: `where days.date < spans.valid_until`.
-#}
{% macro join_latest_before(days, spans, key) %}
    {{ return(adapter.dispatch('join_latest_before')(days, spans, key)) }}
{% endmacro %}

{% macro default__join_latest_before(days, spans, key) %}
    (
        select
            {{ days }}.*,
            keys.{{ key }} as span_key
        from {{ days }}
        cross join (select distinct {{ key }} from {{ spans }}) as keys
    ) as {{ days }}
    asof inner join {{ spans }} on {{ days }}.span_key = {{ spans }}.{{ key }} and {{ days }}.date >= {{ spans }}.date
{% endmacro %}
