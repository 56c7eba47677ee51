{#- Makes the tables of raw and quarantine readable. DuckDB has them in its file. -#}
{% macro read_sources() %}
    {{ return(adapter.dispatch('read_sources')()) }}
{% endmacro %}

{% macro default__read_sources() %}
{% endmacro %}
