{#- The moment (UTC) of an hour of a day on the clock of New York, summer time or not. -#}
{% macro utc_of_new_york(day, hour) %}
    {{ return(adapter.dispatch('utc_of_new_york')(day, hour)) }}
{% endmacro %}

{% macro default__utc_of_new_york(day, hour) %}
    {{ return("to_utc_timestamp(cast(" ~ day ~ " as timestamp) + interval '" ~ hour ~ " hours', 'America/New_York')") }}
{% endmacro %}

{% macro duckdb__utc_of_new_york(day, hour) %}
    {{ return("timezone('UTC', timezone('America/New_York', cast(" ~ day ~ " as timestamp) + interval '" ~ hour ~ " hours'))") }}
{% endmacro %}
