{#- dbt-spark's own way leaves the order of the texts to chance. -#}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) %}
    {%- if limit_num -%}{{ exceptions.raise_compiler_error('A list of texts on Spark has no limit.') }}{%- endif -%}
    listagg({{ measure }}, {{ delimiter_text }}){% if order_by_clause %} within group ({{ order_by_clause }}){% endif %}
{%- endmacro %}
