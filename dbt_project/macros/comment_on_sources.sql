{#- Comments on the tables of raw and quarantine. dbt does not create them, but readers need the descriptions in `models/sources.yml`. -#}
{% macro comment_on_sources() %}
    {{ return(adapter.dispatch('comment_on_sources')()) }}
{% endmacro %}

{% macro default__comment_on_sources() %}
    {% if not execute or flags.WHICH not in ('build', 'run') %}
        {{ return('select 1') }}
    {% endif %}
    {% set comments = [] %}
    {% for source in graph.sources.values() %}
        {% set text = source.description | trim | replace("'", "''") %}
        {% do comments.append('comment on table ' ~ source.schema ~ '.' ~ source.identifier ~ " is '" ~ text ~ "'") %}
    {% endfor %}
    {{ return(comments | join(';\n')) }}
{% endmacro %}
