{#- A schema is named by the model's folder, without a prefix: there is one warehouse per file. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
