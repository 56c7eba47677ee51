{#- The tables of raw and quarantine are not dbt's to make; what `models/sources.yml` says of them is told to readers all the same. -#}
{% macro comment_on_sources() %}
    {{ return(adapter.dispatch('comment_on_sources')()) }}
{% endmacro %}

{% macro default__comment_on_sources() %}
    select 1
{% endmacro %}

{% macro duckdb__comment_on_sources() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set comments = [] %}
        {% for source in graph.sources.values() %}
            {% set text = source.description | trim | replace("'", "''") %}
            {% do comments.append('comment on table ' ~ source.schema ~ '.' ~ source.identifier ~ " is '" ~ text ~ "'") %}
        {% endfor %}
        {{ return(comments | join(';\n')) }}
    {% else %}
        {{ return('select 1') }}
    {% endif %}
{% endmacro %}
