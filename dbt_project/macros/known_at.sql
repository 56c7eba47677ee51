{#-
    The moment at which something put out on a day counts as known: 21:00 UTC, which is 16:00 in Washington in winter.
    In summer this is an hour late. Never early is what matters.
-#}
{% macro end_of_release(day) -%}
    (cast({{ day }} as timestamp) + interval '21 hours')
{%- endmacro %}

{#- The same for a series' publication day in general: every publisher in the catalogue is done by 22:00 UTC. -#}
{% macro end_of_publication(day) -%}
    (cast({{ day }} as timestamp) + interval '22 hours')
{%- endmacro %}

{#- A figure about a day cannot be known before that day is over everywhere its publisher works. -#}
{% macro day_is_over(day) -%}
    (cast({{ day }} as timestamp) + interval '26 hours')
{%- endmacro %}
