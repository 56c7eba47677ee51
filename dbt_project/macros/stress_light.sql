{#- Amber from the 90th percentile of all days so far or the 95th of five years, red from the 97.5th of all days so far. -#}
{% macro stress_light(percentile, percentile_5y) -%}
    case
        when {{ percentile }} is null then null
        when {{ percentile }} >= 0.975 then 'red'
        when {{ percentile }} >= 0.90 or {{ percentile_5y }} >= 0.95 then 'amber'
        else 'green'
    end
{%- endmacro %}
