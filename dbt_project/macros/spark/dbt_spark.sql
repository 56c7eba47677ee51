{#- A type of our yml in Spark: text of any length is a STRING. -#}
{% macro type_on_spark(data_type) %}
    {{ return('string' if data_type == 'varchar' else data_type) }}
{% endmacro %}

{#- The contract that dbt compares the columns of a model with, in Spark's types. -#}
{% macro spark__get_empty_schema_sql(columns) %}
    {%- set typed = [] -%}
    {%- for column in columns.values() -%}
        {%- do typed.append('cast(null as ' ~ type_on_spark(column['data_type']) ~ ') as ' ~ adapter.quote(column['name'])) -%}
    {%- endfor -%}
    select {{ typed | join(', ') }}
{% endmacro %}

{#- dbt-spark counts in seconds of a time zone, and returns null for a timestamp without one. -#}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) %}
    timestampadd({{ datepart }}, {{ interval }}, cast({{ from_date_or_timestamp }} as timestamp))
{% endmacro %}

{#- dbt-spark returns the texts in random order. -#}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) %}
    {%- if limit_num -%}{{ exceptions.raise_compiler_error('A list of texts on Spark has no limit.') }}{%- endif -%}
    listagg({{ measure }}, {{ delimiter_text }}){% if order_by_clause %} within group ({{ order_by_clause }}){% endif %}
{%- endmacro %}

{#-
    Seeds: dbt-spark binds values as Python text, so that a missing value becomes the word None and an apostrophe ends the
    statement, and Spark has no VARCHAR without a length.
-#}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do columns.append(adapter.quote(name) ~ ' ' ~ seed_column_type(model, agate_table, loop.index0)) -%}
    {%- endfor -%}
    {%- set sql = 'create table ' ~ this.render() ~ ' (' ~ columns | join(', ') ~ ')' -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do types.append(seed_column_type(model, agate_table, loop.index0)) -%}
    {%- endfor -%}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set cells = [] -%}
        {%- for value in row -%}
            {%- do cells.append('cast(' ~ text_literal(value) ~ ' as ' ~ types[loop.index0] ~ ')') -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ cells | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- set sql = 'insert into ' ~ this.render() ~ ' values ' ~ rows | join(', ') -%}
    {%- if rows -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {%- endif -%}
    {{ return(sql) }}
{% endmacro %}

{% macro seed_column_type(model, agate_table, number) %}
    {%- set declared = model['config'].get('column_types', {}).get(agate_table.column_names[number]) -%}
    {{ return(type_on_spark(declared or adapter.convert_type(agate_table, number))) }}
{% endmacro %}

{#- A value of a seed as a literal. Spark reads a backslash as an escape. -#}
{% macro text_literal(value) %}
    {%- if value is none -%}{{ return('null') }}{%- endif -%}
    {{ return("'" ~ value | string | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{% endmacro %}

{#- Spark's own tables have no constraints. The contract's columns and types are checked; `valid_rows` checks null. -#}
{% macro spark__persist_constraints(relation, model) %}
{% endmacro %}
