{#-
    Makes the tables of raw and quarantine readable. DuckDB has them in its file; elsewhere they are Parquet files that
    `python -m orchestration export --what raw` wrote, a folder a table, and a view of each stands in their schema.
-#}
{% macro read_sources() %}
    {{ return(adapter.dispatch('read_sources')()) }}
{% endmacro %}

{% macro default__read_sources() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test') %}
        {% set folder = env_var('TIDEMARK_RAW_EXPORT') %}
        {% for schema in graph.sources.values() | map(attribute='schema') | unique %}
            {% do run_query('create schema if not exists ' ~ schema) %}
        {% endfor %}
        {% for source in graph.sources.values() %}
            {% set name = source.schema ~ '.' ~ source.identifier %}
            {% set path = folder ~ '/' ~ source.schema ~ '/' ~ source.identifier %}
            {% do run_query('create or replace view ' ~ name ~ ' as select * from parquet.`' ~ path ~ '`') %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro duckdb__read_sources() %}
{% endmacro %}
