{#-
    How dbt-spark makes and fills the table of a seed, mended: its own way binds values as text of Python's, so that a missing
    value becomes the word None and an apostrophe ends the statement; and Spark has no VARCHAR without a length.
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

{#- A value of a seed between quotes; Spark reads a backslash as the begin of a sign. -#}
{% macro text_literal(value) %}
    {%- if value is none -%}{{ return('null') }}{%- endif -%}
    {{ return("'" ~ value | string | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{% endmacro %}
