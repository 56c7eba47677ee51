{#- A correlation or slope, or null if a window without variation makes it infinite or not a number. -#}
{% macro finite(value) %}
    {{ return(adapter.dispatch('finite')(value)) }}
{% endmacro %}

{% macro default__finite(value) %}
    {{ return('(case when isfinite(' ~ value ~ ') then ' ~ value ~ ' end)') }}
{% endmacro %}

{#- A double rounded to `decimals` decimals. -#}
{% macro rounded(number, decimals) %}
    {{ return(adapter.dispatch('rounded')(number, decimals)) }}
{% endmacro %}

{% macro default__rounded(number, decimals) %}
    {{ return('round(' ~ number ~ ', ' ~ decimals ~ ')') }}
{% endmacro %}

{#- "October 2025". -#}
{% macro month_in_words(day) %}
    {{ return(adapter.dispatch('month_in_words')(day)) }}
{% endmacro %}

{% macro default__month_in_words(day) %}
    {{ return("strftime(" ~ day ~ ", '%B %Y')") }}
{% endmacro %}

{#- "20 January 2026". -#}
{% macro day_in_words(day) -%}
    concat(cast(extract(day from {{ day }}) as {{ dbt.type_string() }}), ' ', {{ month_in_words(day) }})
{%- endmacro %}

{#-
    A number from 0 to below 1 that looks random but is equal in every run and on every engine: the first 32 bits of the MD5 of
    `parts` (SQL expressions), joined by colons. An engine's random() would give another p-value in each load.
-#}
{% macro uniform_draw(parts) %}
    {{ return(adapter.dispatch('uniform_draw')(parts)) }}
{% endmacro %}

{% macro default__uniform_draw(parts) %}
    {{ return("(cast(cast('0x' || substr(md5(concat_ws(':', " ~ parts | join(', ') ~ ")), 1, 8) as bigint) as double) / 4294967296.0)") }}
{% endmacro %}

{#- The whole numbers from 1 to `last`, one per row, in a column `number`. -#}
{% macro whole_numbers(last) %}
    {{ return(adapter.dispatch('whole_numbers')(last)) }}
{% endmacro %}

{% macro default__whole_numbers(last) %}
    {{ return('(select cast(range as integer) as number from range(1, ' ~ (last + 1) ~ '))') }}
{% endmacro %}

{#-
    The share of a standard normal distribution below `x`, times exp(`log_factor`).

    A rational Chebyshev approximation of the complementary error function (Numerical Recipes, `erfcc`) with a relative error of
    1.2e-7 everywhere, so that the far tail may be multiplied by a large factor. `log_factor` enters the exponent before it can
    overflow and is for negative `x`.
-#}
{% macro normal_cdf(x, log_factor=0) %}
    {%- set fit = [
        -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277
    ] -%}
    {%- set t = '(1 / (1 + abs(' ~ x ~ ') / (2 * sqrt(2.0))))' -%}
    {%- set sum = namespace(sql='0.17087277') -%}
    {%- for coefficient in fit[:-1] | reverse -%}
        {%- set sum.sql = '(' ~ coefficient ~ ' + ' ~ t ~ ' * ' ~ sum.sql ~ ')' -%}
    {%- endfor -%}
    {%- set tail = '0.5 * ' ~ t ~ ' * exp((' ~ log_factor ~ ') - (' ~ x ~ ') * (' ~ x ~ ') / 2 + ' ~ sum.sql ~ ')' -%}
    {{ return('(case when (' ~ x ~ ') < 0 then ' ~ tail ~ ' else exp(' ~ log_factor ~ ') - ' ~ tail ~ ' end)') }}
{% endmacro %}
