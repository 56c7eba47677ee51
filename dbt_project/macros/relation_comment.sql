{#- The comment of a table in the published file: the description of the model and its grain. -#}
{% macro duckdb__alter_relation_comment(relation, comment) %}
    {% set text = comment | trim ~ ' One row per ' ~ model.config.meta.grain ~ '.' %}
    comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(text) }};
{% endmacro %}
