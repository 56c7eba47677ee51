{#-
    Where a value stands among those seen so far, itself included: the share that is not above it, less half a step, so that it is
    above 0 and below 1. `frame` says how far back is looked: all rows before by default. No later row is looked at.

    An order inside the window function is DuckDB's own; elsewhere the values so far are counted one by one.
-#}
{% macro expanding_probability(value, partition_by, order_by, rows_back='unbounded') %}
    {{ return(adapter.dispatch('expanding_probability')(value, partition_by, order_by, rows_back)) }}
{% endmacro %}

{% macro default__expanding_probability(value, partition_by, order_by, rows_back) %}
    {%- set seen -%}
        (partition by {{ partition_by }} order by {{ order_by }} rows between {{ rows_back }} preceding and current row)
    {%- endset -%}
    cast(size(filter(collect_list({{ value }}) over {{ seen }}, seen_value -> seen_value <= {{ value }})) as double)
    / count({{ value }}) over {{ seen }} - cast(0.5 as double) / count({{ value }}) over {{ seen }}
{% endmacro %}

{% macro duckdb__expanding_probability(value, partition_by, order_by, rows_back) %}
    {%- set seen -%}
        (partition by {{ partition_by }} order by {{ order_by }} rows between {{ rows_back }} preceding and current row)
    {%- endset -%}
    cume_dist(order by {{ value }}) over {{ seen }} - 0.5 / count({{ value }}) over {{ seen }}
{% endmacro %}
