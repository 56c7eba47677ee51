{#-
    A sum that does not depend on the order of its rows, and so is equal in every build: added as whole numbers, to 15 decimals.
    For values below 1e20. `over` makes it a window sum: the name of a window, or what defines one.
-#}
{% macro exact_sum(value, over='') -%}
    {%- set window = over if over.isidentifier() else '(' ~ over ~ ')' -%}
    cast(sum(cast({{ value }} as decimal(38, 15))){{ ' over ' ~ window if over }} as double)
{%- endmacro %}

{#- A mean that does not depend on the order of its rows, to nine decimals. For values below 1e9. -#}
{% macro exact_mean(value) -%}
    cast(sum(cast({{ value }} as decimal(18, 9))) as double) / count({{ value }})
{%- endmacro %}

{#-
    Percentile of a value among those so far, including itself: the share at or below it minus half a step, so above 0 and below 1.
    `rows_back` limits the window; later rows are never used.
-#}
{% macro expanding_probability(value, partition_by, order_by, rows_back='unbounded') %}
    {{ return(adapter.dispatch('expanding_probability')(value, partition_by, order_by, rows_back)) }}
{% endmacro %}

{% macro default__expanding_probability(value, partition_by, order_by, rows_back) %}
    {%- set so_far -%}
        (partition by {{ partition_by }} order by {{ order_by }} rows between {{ rows_back }} preceding and current row)
    {%- endset -%}
    cume_dist(order by {{ value }}) over {{ so_far }} - 0.5 / count({{ value }}) over {{ so_far }}
{% endmacro %}

{#- Quantiles of a column from one sort, interpolated: a list to read with `element_of`, counting from 1. -#}
{% macro quantiles(column, shares) %}
    {{ return(adapter.dispatch('quantiles')(column, shares)) }}
{% endmacro %}

{% macro default__quantiles(column, shares) %}
    {{ return('quantile_cont(' ~ column ~ ', [' ~ shares | join(', ') ~ '])') }}
{% endmacro %}

{% macro element_of(list, number) %}
    {{ return(adapter.dispatch('element_of')(list, number)) }}
{% endmacro %}

{% macro default__element_of(list, number) %}
    {{ return(list ~ '[' ~ number ~ ']') }}
{% endmacro %}

{#- Start of a window function: the last value of a column that is not null. -#}
{% macro last_known(column) %}
    {{ return(adapter.dispatch('last_known')(column)) }}
{% endmacro %}

{% macro default__last_known(column) %}
    {{ return('last_value(' ~ column ~ ' ignore nulls)') }}
{% endmacro %}
