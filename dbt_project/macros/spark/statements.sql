{#-
    The sources are Parquet files that `python -m orchestration export --what raw` wrote, a folder per table. A view of each is
    created in its schema.
-#}
{% macro spark__read_sources() %}
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

{% macro spark__create_as_of_functions() %}
    select 1
{% endmacro %}

{% macro spark__comment_on_sources() %}
    select 1
{% endmacro %}
