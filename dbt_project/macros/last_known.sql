{#- In front of a window: the last value of a column that is there. -#}
{% macro last_known(column) %}
    {{ return(adapter.dispatch('last_known')(column)) }}
{% endmacro %}

{% macro default__last_known(column) %}
    {{ return('last_value(' ~ column ~ ') ignore nulls') }}
{% endmacro %}

{% macro duckdb__last_known(column) %}
    {{ return('last_value(' ~ column ~ ' ignore nulls)') }}
{% endmacro %}
