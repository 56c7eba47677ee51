{#-
    Every row of a model is valid by what its yml declares. A row returned is invalid; `broken` names the rule and the value.
    One query per model, since a test per column would cost more than the models.

    meta of the model
        key:         columns that identify a row: unique and not null; an empty list for a model of one row
        assertions:  a sentence -> SQL that is true for every row, or null if it does not apply
    columns
        constraints: `not_null`
        meta.range:  [lowest, highest], inclusive; null for no bound
        meta.above:  every value is greater
        meta.values: allowed values, or the name of a list in `described_tables`
    argument
        references:  column -> model whose column of the same name contains all of its values

    Null passes all rules but `not_null` and the key.
-#}
{% test valid_rows(model, references={}) %}
{{ config(meta={'description': 'The key is unique and not null, and every column follows its rules: not null, range, allowed values, references and assertions.'}) }}
{#- dbt fills the graph after parsing. -#}
{%- set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') if execute else [] -%}
{%- set node = models | selectattr('name', 'equalto', model.identifier) | first | default({'config': {}, 'columns': {}}) -%}
{%- set meta = node.config.meta or {} -%}
{%- set key = meta.key or [] -%}
{%- set rules = [] -%}
{%- for column in key -%}
    {%- do rules.append([column ~ ' is null', column ~ ' is null', none]) -%}
{%- endfor -%}
{%- for column in node.columns.values() -%}
    {%- set name = column.name -%}
    {%- set rule = column.config.meta -%}
    {%- if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
        {%- do rules.append([name ~ ' is null', name ~ ' is null', none]) -%}
    {%- endif -%}
    {%- if 'range' in rule and rule.range[0] is not none -%}
        {%- do rules.append([name ~ ' < ' ~ rule.range[0], name ~ ' is below ' ~ rule.range[0], name]) -%}
    {%- endif -%}
    {%- if 'range' in rule and rule.range[1] is not none -%}
        {%- do rules.append([name ~ ' > ' ~ rule.range[1], name ~ ' is above ' ~ rule.range[1], name]) -%}
    {%- endif -%}
    {%- if 'above' in rule -%}
        {%- do rules.append([name ~ ' <= ' ~ rule.above, name ~ ' is not above ' ~ rule.above, name]) -%}
    {%- endif -%}
    {%- if 'values' in rule -%}
        {%- set listed = rule['values'] -%}
        {%- set allowed = described_tables()[listed] if listed is string else listed -%}
        {%- set list = "'" ~ allowed | join("', '") ~ "'" -%}
        {%- do rules.append([name ~ ' not in (' ~ list ~ ')', name ~ ' is not one of ' ~ allowed | join(', '), name]) -%}
    {%- endif -%}
{%- endfor -%}
{%- for name, target in references.items() -%}
    {%- set broken = name ~ ' is not null and ' ~ name ~ ' not in (select known.' ~ name ~ ' from ' ~ ref(target) ~ ' as known)' -%}
    {%- do rules.append([broken, name ~ ' is not in ' ~ target, name]) -%}
{%- endfor -%}
{%- for sentence, condition in (meta.assertions or {}).items() -%}
    {%- do rules.append(['not (' ~ condition ~ ')', 'not true: ' ~ sentence, none]) -%}
{%- endfor -%}
{#- A single row has no key to show it by. -#}
{%- set row = ', ' ~ model.identifier ~ '.*' if key -%}
{% if key -%}
    select 'the key is not unique: {{ key | join(", ") }}' as broken{{ row }}
    from {{ model }} as {{ model.identifier }}
    inner join (
        select
            {% for column in key -%}
                {{ column }} as key_{{ loop.index }}{{ ',' if not loop.last }}
            {% endfor -%}
        from {{ model }}
        group by {{ key | join(', ') }}
        having count(*) > 1
    ) as repeated
        on
            {% for column in key -%}
                {% if not loop.first %}and {% endif %}{{ column }} = repeated.key_{{ loop.index }}
            {% endfor %}
{%- else -%}
    select 'there must be one row, not ' || cast(count(*) as {{ dbt.type_string() }}) as broken
    from {{ model }}
    having count(*) <> 1
{%- endif %}
{%- if rules %}
    union all
    select
        concat_ws(
            '; '
            {%- for condition, words, column in rules %},
                case when {{ condition }} then '{{ words | replace("'", "''") }}'
                {%- if column %} || ': ' || cast({{ column }} as {{ dbt.type_string() }}){% endif %} end
            {%- endfor %}
        ) as broken{{ row }}
    from {{ model }} as {{ model.identifier }}
    where
        {% for condition, words, column in rules -%}
            {% if not loop.first %}or {% endif %}({{ condition }})
        {% endfor %}
{%- endif %}
{% endtest %}
