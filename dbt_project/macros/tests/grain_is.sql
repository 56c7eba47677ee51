{#- A row returned is a key that stands more than once, or is not whole. -#}
{% test grain_is(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as rows_of_the_key
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns -%}
        or {{ column }} is null
    {% endfor %}
{% endtest %}
