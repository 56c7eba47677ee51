{#-
    The share of a standard normal distribution below `x`, times exp(`log_factor`).

    A rational Chebyshev fit of the complementary error function (Numerical Recipes, `erfcc`), right to 1.2e-7 of its own size
    everywhere, so that the far tail may be multiplied by a large factor; `log_factor` goes into the exponent before it can
    overflow, and is for `x` below zero. Plain arithmetic; an engine with a function of its own may dispatch to it.
-#}
{% macro normal_cdf(x, log_factor=0) %}
    {{ return(adapter.dispatch('normal_cdf')(x, log_factor)) }}
{% endmacro %}

{% macro default__normal_cdf(x, log_factor) %}
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
