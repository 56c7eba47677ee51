{#- A row returned says how many rows there are, where there should be one. -#}
{% test has_one_row(model) %}
select count(*) as rows_found
from {{ model }}
having count(*) <> 1
{% endtest %}
