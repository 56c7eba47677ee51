{#-
    A double to `decimals` decimals. Where it lies between two of them, DuckDB decides by the double multiplied, Spark by its
    digits as text: quotients of figures in thousandths lie there often. Both do it DuckDB's way.
-#}
{% macro rounded(number, decimals) %}
    {{ return(adapter.dispatch('rounded')(number, decimals)) }}
{% endmacro %}

{% macro default__rounded(number, decimals) %}
    {{ return('round((' ~ number ~ ') * 1e' ~ decimals ~ ') / 1e' ~ decimals) }}
{% endmacro %}

{% macro duckdb__rounded(number, decimals) %}
    {{ return('round(' ~ number ~ ', ' ~ decimals ~ ')') }}
{% endmacro %}
