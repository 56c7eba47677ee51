{% macro spark__day_of_week(day) %}
    {{ return('extract(dayofweek_iso from ' ~ day ~ ')') }}
{% endmacro %}

{% macro spark__utc_of_new_york(day, hour) %}
    {{ return("to_utc_timestamp(cast(" ~ day ~ " as timestamp) + interval '" ~ hour ~ " hours', 'America/New_York')") }}
{% endmacro %}

{% macro spark__finite(value) %}
    {{ return('(case when not isnan(' ~ value ~ ') and abs(' ~ value ~ ") < double('infinity') then " ~ value ~ ' end)') }}
{% endmacro %}

{#- Spark's round() uses the digits of a double as text, DuckDB the double multiplied. Quotients of thousandths differ often. -#}
{% macro spark__rounded(number, decimals) %}
    {{ return('round((' ~ number ~ ') * 1e' ~ decimals ~ ') / 1e' ~ decimals) }}
{% endmacro %}

{% macro spark__month_in_words(day) %}
    {{ return("date_format(" ~ day ~ ", 'MMMM yyyy')") }}
{% endmacro %}

{% macro spark__last_known(column) %}
    {{ return('last_value(' ~ column ~ ') ignore nulls') }}
{% endmacro %}

{% macro spark__uniform_draw(parts) %}
    {{ return("(cast(conv(substr(md5(concat_ws(':', " ~ parts | join(', ') ~ ")), 1, 8), 16, 10) as double) / 4294967296.0)") }}
{% endmacro %}

{% macro spark__whole_numbers(last) %}
    {{ return('(select cast(id as int) as number from range(1, ' ~ (last + 1) ~ '))') }}
{% endmacro %}

{#- Spark has no order inside a window function, so this counts the values so far. -#}
{% macro spark__expanding_probability(value, partition_by, order_by, rows_back) %}
    {%- set so_far -%}
        (partition by {{ partition_by }} order by {{ order_by }} rows between {{ rows_back }} preceding and current row)
    {%- endset -%}
    cast(size(filter(collect_list({{ value }}) over {{ so_far }}, earlier -> earlier <= {{ value }})) as double)
    / count({{ value }}) over {{ so_far }} - cast(0.5 as double) / count({{ value }}) over {{ so_far }}
{% endmacro %}

{#- percentile() interpolates with another rounding in the last digit, which changes figures that are shown. -#}
{% macro spark__quantiles(column, shares) %}
    {%- set places -%}
        transform(array({{ shares | join('D, ') }}D), share -> (size(sorted) - 1) * share)
    {%- endset -%}
    {%- set between -%}
        get(sorted, int(floor(place))) * (1D - (place - floor(place))) + get(sorted, int(ceil(place))) * (place - floor(place))
    {%- endset -%}
    transform(array(sort_array(collect_list({{ column }}))), sorted -> transform({{ places }}, place -> {{ between }}))[0]
{% endmacro %}

{% macro spark__element_of(list, number) %}
    {{ return(list ~ '[' ~ (number - 1) ~ ']') }}
{% endmacro %}

{#- Spark has no ASOF join; the condition on the end of the span selects the row. -#}
{% macro spark__join_latest_before(days, spans, key) %}
    {{ days }} inner join {{ spans }} on {{ days }}.date >= {{ spans }}.date
{% endmacro %}

{#- Each step of a recursion would be a job: one fold over the days of a kind instead. -#}
{% macro spark__chain_of_days(links, kind) %}
    select
        {{ kind | join(', ') }},
        explode(days) as day_number
    from (
        select
            {{ kind | join(', ') }},
            aggregate(
                array_sort(collect_list(struct(day_number, next_day_number))),
                named_struct('days', cast(array() as array<bigint>), 'next', cast(null as bigint)),
                (chain, link) -> case
                    when size(chain.days) = 0 or link.day_number = chain.next
                        then named_struct(
                            'days', concat(chain.days, array(cast(link.day_number as bigint))),
                            'next', cast(link.next_day_number as bigint)
                        )
                    else chain
                end,
                chain -> chain.days
            ) as days
        from {{ links }}
        group by {{ kind | join(', ') }}
    ) as chains
{% endmacro %}
