{#-
    How likely a random walk is to be below a barrier at the end of one of the next months.

    The walk has the drift and the deviation of monthly changes. Neither is known: the drift is weighted half and half with no drift,
    and its uncertainty is averaged over 21 equally likely values (`drift_values`). The barrier is looked at in month-ends only, which
    moves it away by 0.5826 deviations (Broadie, Glasserman and Kou). Both were chosen on history, see `projection_calibration`.
-#}

{#- Rows with one column `drift_quantile`: the middles of 21 equal parts of a standard normal distribution. -#}
{% macro drift_values() %}
    {%- set upper = [
        0.119648, 0.241040, 0.366106, 0.497201, 0.637484, 0.791639, 0.967422, 1.179761, 1.465234, 1.980752
    ] -%}
    select cast(0 as double) as drift_quantile
    {%- for value in upper %}
        union all
        select cast({{ value }} as double)
        union all
        select cast(-{{ value }} as double)
    {%- endfor %}
{% endmacro %}

{#- The drift of one of these values. -#}
{% macro drawn_drift(drift, deviation, changes) -%}
    (0.5 * {{ drift }} + drift_quantile * {{ deviation }} * sqrt(cast(0.5 as double) / {{ changes }}))
{%- endmacro %}

{#- The probability for one drift. The gap is above zero, and a drift below zero narrows it. -#}
{% macro passage_probability(gap, drift, deviation, months) -%}
    {%- set far = '(' ~ gap ~ ' + 0.5826 * ' ~ deviation ~ ')' -%}
    {%- set scale = '(' ~ deviation ~ ' * sqrt(' ~ months ~ '))' -%}
    {{ normal_cdf('(-(' ~ far ~ ' + ' ~ drift ~ ' * ' ~ months ~ ') / ' ~ scale ~ ')') }}
    + {{ normal_cdf(
        '((' ~ drift ~ ' * ' ~ months ~ ' - ' ~ far ~ ') / ' ~ scale ~ ')',
        '-2 * ' ~ drift ~ ' * ' ~ far ~ ' / (' ~ deviation ~ ' * ' ~ deviation ~ ')'
    ) }}
{%- endmacro %}
