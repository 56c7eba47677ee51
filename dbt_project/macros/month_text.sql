{#- A month in words that sort: 2013-11. -#}
{% macro month_text(month_end) -%}
    substring(cast({{ month_end }} as {{ dbt.type_string() }}), 1, 7)
{%- endmacro %}
