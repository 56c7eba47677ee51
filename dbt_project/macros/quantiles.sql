{#- Several quantiles of a column from one sort, interpolated between neighbours: a list that `element_of` reads, from 1. -#}
{% macro quantiles(column, shares) %}
    {{ return(adapter.dispatch('quantiles')(column, shares)) }}
{% endmacro %}

{#- Spark's own percentile() interpolates with another rounding in the last digit: enough to turn a figure that is shown. -#}
{% macro default__quantiles(column, shares) %}
    {%- set places -%}
        transform(array({{ shares | join('D, ') }}D), share -> (size(sorted) - 1) * share)
    {%- endset -%}
    {%- set between -%}
        get(sorted, int(floor(place))) * (1D - (place - floor(place))) + get(sorted, int(ceil(place))) * (place - floor(place))
    {%- endset -%}
    transform(array(sort_array(collect_list({{ column }}))), sorted -> transform({{ places }}, place -> {{ between }}))[0]
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
