{#-
    A row returned breaks what is claimed of its columns; `broken` says which, and with what value.

    One query for a whole model: a test a column would cost more than the models themselves.

    not_null: columns that have a value in every row.
    ranges:   column -> [lowest, highest], bounds included; null where there is none. A null value is not outside.
    above:    column -> what every value is greater than.
    values:   column -> the values that it may have, or the name of a list of `described_tables`.
    keys:     column -> the relation whose column of the same name holds all of its values.
    claims:   a sentence -> SQL that is true of every row, or null where it does not apply.
-#}
{% test columns_hold(model, grain=[], not_null=[], ranges={}, above={}, values={}, keys={}, claims={}) %}
{%- set breaches = [] -%}
{%- for column in not_null -%}
    {%- do breaches.append([column ~ ' is null', column ~ ' is null', none]) -%}
{%- endfor -%}
{%- for column, bounds in ranges.items() -%}
    {%- if bounds[0] is not none -%}
        {%- do breaches.append([column ~ ' < ' ~ bounds[0], column ~ ' is below ' ~ bounds[0], column]) -%}
    {%- endif -%}
    {%- if bounds[1] is not none -%}
        {%- do breaches.append([column ~ ' > ' ~ bounds[1], column ~ ' is above ' ~ bounds[1], column]) -%}
    {%- endif -%}
{%- endfor -%}
{%- for column, bound in above.items() -%}
    {%- do breaches.append([column ~ ' <= ' ~ bound, column ~ ' is not above ' ~ bound, column]) -%}
{%- endfor -%}
{%- for column, listed in values.items() -%}
    {%- set allowed = described_tables()[listed] if listed is string else listed -%}
    {%- set list = "'" ~ allowed | join("', '") ~ "'" -%}
    {%- do breaches.append([column ~ ' not in (' ~ list ~ ')', column ~ ' is none of ' ~ allowed | join(', '), column]) -%}
{%- endfor -%}
{%- for column, relation in keys.items() -%}
    {%- do breaches.append([
        column ~ ' is not null and ' ~ column ~ ' not in (select known.' ~ column ~ ' from ' ~ relation ~ ' as known)',
        column ~ ' is not in ' ~ relation.identifier,
        column
    ]) -%}
{%- endfor -%}
{%- for sentence, condition in claims.items() -%}
    {%- do breaches.append(['not (' ~ condition ~ ')', 'not so: ' ~ sentence, none]) -%}
{%- endfor -%}
select
    concat_ws(
        '; '
        {%- for condition, words, column in breaches %},
        case when {{ condition }} then '{{ words | replace("'", "''") }}'
            {%- if column %} || ': ' || cast({{ column }} as {{ dbt.type_string() }}){% endif %} end
        {%- endfor %}
    ) as broken,
    {{ model.identifier }}.*
from {{ model }} as {{ model.identifier }}
where
    {% for condition, words, column in breaches -%}
        {% if not loop.first %}or {% endif %}({{ condition }})
    {% endfor %}
{% endtest %}
