{#- Periods of the cascade analysis: a row per name with its first and last day. All start when every asset can be followed. -#}
{% macro cascade_periods(names) %}
    {%- set periods = {
        'all': ('2015-10-01', '9999-12-31'),
        'before_2020': ('2015-10-01', '2019-12-31'),
        'since_2020': ('2020-01-01', '9999-12-31'),
        'since_2022': ('2022-01-01', '9999-12-31'),
    } -%}
    {%- for name in names %}
        select
            '{{ name }}' as period,
            date '{{ periods[name][0] }}' as first_day,
            date '{{ periods[name][1] }}' as last_day
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
{% endmacro %}
