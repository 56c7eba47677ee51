{#-
    A sum that does not depend on the order of its rows, and so is the same in every build: to 15 decimals, in whole numbers
    inside. For values below ten to the twentieth. `over` makes it a sum over a window.
-#}
{% macro exact_sum(value, over='') -%}
    cast(sum(cast({{ value }} as decimal(38, 15))){{ ' over (' ~ over ~ ')' if over }} as double)
{%- endmacro %}

{#- A mean that does not depend on the order of its rows: to nine decimals, for values below a billion. -#}
{% macro exact_mean(value) -%}
    cast(sum(cast({{ value }} as decimal(18, 9))) as double) / count({{ value }})
{%- endmacro %}
