{#- A correlation or a slope; null where a window without variation makes it infinite or no number. -#}
{% macro finite(value) %}
    {{ return(adapter.dispatch('finite')(value)) }}
{% endmacro %}

{% macro default__finite(value) %}
    {{ return('(case when not isnan(' ~ value ~ ') and abs(' ~ value ~ ") < double('infinity') then " ~ value ~ ' end)') }}
{% endmacro %}

{% macro duckdb__finite(value) %}
    {{ return('(case when isfinite(' ~ value ~ ') then ' ~ value ~ ' end)') }}
{% endmacro %}
