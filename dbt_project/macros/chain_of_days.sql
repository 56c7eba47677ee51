{#-
    The days kept from a relation `links` (columns of `kind`, `day_number`, `next_day_number`): the first day of each kind, then
    the day it links to, and so on. A query for a common table expression.
-#}
{% macro chain_of_days(links, kind) %}
    {{ return(adapter.dispatch('chain_of_days')(links, kind)) }}
{% endmacro %}

{% macro default__chain_of_days(links, kind) %}
    with recursive chain as (
        select
            {{ kind | join(', ') }},
            min(day_number) as day_number
        from {{ links }}
        group by {{ kind | join(', ') }}
        union all
        select
            {% for column in kind -%}
                links.{{ column }},
            {% endfor -%}
            links.next_day_number as day_number
        from chain
        inner join {{ links }} as links
            on
                chain.day_number = links.day_number
                {% for column in kind -%}
                    and chain.{{ column }} = links.{{ column }}
                {% endfor %}
        where links.next_day_number is not null
    )

    select * from chain
{% endmacro %}
