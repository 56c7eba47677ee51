{#-
    A number from 0 to below 1 that looks random, and is the same in every run and on every engine: the first 32 bits of the MD5
    of `parts`, SQL that is joined by colons. An engine's own random() would give another p-value in each load.
-#}
{% macro uniform_draw(parts) %}
    {{ return(adapter.dispatch('uniform_draw')(parts)) }}
{% endmacro %}

{% macro default__uniform_draw(parts) %}
    {{ return("(cast(conv(substr(md5(concat_ws(':', " ~ parts | join(', ') ~ ")), 1, 8), 16, 10) as double) / 4294967296.0)") }}
{% endmacro %}

{% macro duckdb__uniform_draw(parts) %}
    {{ return("(cast(cast('0x' || substr(md5(concat_ws(':', " ~ parts | join(', ') ~ ")), 1, 8) as bigint) as double) / 4294967296.0)") }}
{% endmacro %}

{#- The whole numbers from 1 to `last`, a row each, in a column `number`. -#}
{% macro whole_numbers(last) %}
    {{ return(adapter.dispatch('whole_numbers')(last)) }}
{% endmacro %}

{% macro default__whole_numbers(last) %}
    {{ return('(select cast(id as int) as number from range(1, ' ~ (last + 1) ~ '))') }}
{% endmacro %}

{% macro duckdb__whole_numbers(last) %}
    {{ return('(select cast(range as integer) as number from range(1, ' ~ (last + 1) ~ '))') }}
{% endmacro %}
