{#-
    Table functions of the published file: holdings, securities and observations as known on another day. Each has the definition of a
    model, and the model's yml describes it (`meta.as_of_function`).

    The body of a function must name the database, or it fails in a file that is attached. The published file is called
    tidemark.duckdb, so its database is called tidemark. Readers who attach it under another name pass that name:
    x.marts.holdings_as_of(date '2026-01-20', warehouse := 'x').
-#}
{% macro create_as_of_functions() %}
    {{ return(adapter.dispatch('create_as_of_functions')()) }}
{% endmacro %}

{% macro default__create_as_of_functions() %}
    {% if not execute or flags.WHICH not in ('build', 'run') %}
        {{ return('select 1') }}
    {% endif %}
    {% set definitions = {
        'fct_holdings': latest_holdings(vintages_known_by_day('fct_holdings_vintages')),
        'fct_securities': latest_securities(vintages_known_by_day('fct_securities_vintages')),
        'fct_observations': latest_observations(vintages_known_by_day('fct_observation_vintages')),
    } %}
    {% set statements = [] %}
    {% for model in graph.nodes.values() if model.resource_type == 'model' and model.name in definitions %}
        {% set function = model.config.meta.as_of_function %}
        {% set name = 'marts.' ~ function.name %}
        {% set comment = function.description | trim | replace("'", "''") %}
        {% do statements.append('create or replace macro ' ~ name ~ '(' ~ function.parameters ~ ') as table ' ~ definitions[model.name]) %}
        {% do statements.append('comment on macro table ' ~ name ~ " is '" ~ comment ~ "'") %}
    {% endfor %}
    {{ return(statements | join(';\n')) }}
{% endmacro %}

{% macro vintages_known_by_day(mart) -%}
    query_table(warehouse || '.marts.{{ mart }}') as vintages
    where known_at < cast(d as date) + interval '1 day'
{%- endmacro %}
