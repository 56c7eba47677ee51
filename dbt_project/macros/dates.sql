{#- The day of the week of a date: 1 for Monday to 7 for Sunday. -#}
{% macro day_of_week(day) %}
    {{ return(adapter.dispatch('day_of_week')(day)) }}
{% endmacro %}

{% macro default__day_of_week(day) %}
    {{ return('extract(isodow from ' ~ day ~ ')') }}
{% endmacro %}

{#- The time (UTC) of an hour of a day in New York, with or without daylight saving time. -#}
{% macro utc_of_new_york(day, hour) %}
    {{ return(adapter.dispatch('utc_of_new_york')(day, hour)) }}
{% endmacro %}

{% macro default__utc_of_new_york(day, hour) %}
    {{ return("timezone('UTC', timezone('America/New_York', cast(" ~ day ~ " as timestamp) + interval '" ~ hour ~ " hours'))") }}
{% endmacro %}

{#-
    When a figure released on a day becomes known: 21:00 UTC, which is 16:00 in Washington in winter and 17:00 in summer. It may
    be an hour late in summer, but it is never early.
-#}
{% macro end_of_release(day) -%}
    (cast({{ day }} as timestamp) + interval '21 hours')
{%- endmacro %}

{#- When a series published on a day becomes known: every publisher in the catalogue is done by 22:00 UTC. -#}
{% macro end_of_publication(day) -%}
    (cast({{ day }} as timestamp) + interval '22 hours')
{%- endmacro %}

{#- A figure about a day cannot be known before that day is over wherever its publisher works: 02:00 UTC of the next day. -#}
{% macro day_is_over(day) -%}
    (cast({{ day }} as timestamp) + interval '26 hours')
{%- endmacro %}

{#- When figures of a month before the first known release day came out, by TIC's usual pause of seven weeks; null later. -#}
{% macro release_before_2000(month_end) -%}
    case
        when {{ month_end }} < date '2000-03-31'
            then {{ end_of_release('cast(' ~ month_end ~ " + interval '49 days' as date)") }}
    end
{%- endmacro %}
