{#- Several quantiles of a column from one sort, interpolated between neighbours: a list that `element_of` reads, from 1. -#}
{% macro quantiles(column, shares) %}
    {{ return(adapter.dispatch('quantiles')(column, shares)) }}
{% endmacro %}

{% macro default__quantiles(column, shares) %}
    {{ return('percentile(' ~ column ~ ', array(' ~ shares | join(', ') ~ '))') }}
{% endmacro %}

{% macro duckdb__quantiles(column, shares) %}
    {{ return('quantile_cont(' ~ column ~ ', [' ~ shares | join(', ') ~ '])') }}
{% endmacro %}

{% macro element_of(list, number) %}
    {{ return(adapter.dispatch('element_of')(list, number)) }}
{% endmacro %}

{% macro default__element_of(list, number) %}
    {{ return(list ~ '[' ~ (number - 1) ~ ']') }}
{% endmacro %}

{% macro duckdb__element_of(list, number) %}
    {{ return(list ~ '[' ~ number ~ ']') }}
{% endmacro %}
