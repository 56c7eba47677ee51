{#- A type of our yml as Spark says it: a text of any length is a STRING there. -#}
{% macro type_on_spark(data_type) %}
    {{ return('string' if data_type == 'varchar' else data_type) }}
{% endmacro %}

{#- What dbt holds a model's columns against: its contract, in the types of Spark. -#}
{% macro spark__get_empty_schema_sql(columns) %}
    {%- set typed = [] -%}
    {%- for column in columns.values() -%}
        {%- do typed.append('cast(null as ' ~ type_on_spark(column['data_type']) ~ ') as ' ~ adapter.quote(column['name'])) -%}
    {%- endfor -%}
    select {{ typed | join(', ') }}
{% endmacro %}
