{#- A number as text with a fixed count of decimals, and the month of a day as text: what sentences in a mart are made of. -#}
{% macro number_in_words(number, decimals=1) -%}
    cast(cast(round({{ number }}, {{ decimals }}) as decimal(18, {{ decimals }})) as {{ dbt.type_string() }})
{%- endmacro %}

{% macro month_in_words(day) -%}
    substr(cast({{ day }} as {{ dbt.type_string() }}), 1, 7)
{%- endmacro %}
