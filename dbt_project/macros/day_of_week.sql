{#- The day of the week of a date: 1 for Monday to 7 for Sunday. -#}
{% macro day_of_week(day) %}
    {{ return(adapter.dispatch('day_of_week')(day)) }}
{% endmacro %}

{% macro default__day_of_week(day) %}
    {{ return('extract(dayofweek_iso from ' ~ day ~ ')') }}
{% endmacro %}

{% macro duckdb__day_of_week(day) %}
    {{ return('extract(isodow from ' ~ day ~ ')') }}
{% endmacro %}
