{#-
    The days that are kept of a relation `links` (the columns `kind`, `day_number`, `next_day_number`): of each kind its first
    day, then the one that this day names as the next, and so on. A query, for a common table expression of its own.

    DuckDB follows the links by recursion. On Spark each step of a recursion would be a job of its own: there one fold over the
    days of a kind does it.
-#}
{% macro chain_of_days(links, kind) %}
    {{ return(adapter.dispatch('chain_of_days')(links, kind)) }}
{% endmacro %}

{% macro default__chain_of_days(links, kind) %}
    select
        {{ kind | join(', ') }},
        explode(days) as day_number
    from (
        select
            {{ kind | join(', ') }},
            aggregate(
                array_sort(collect_list(struct(day_number, next_day_number))),
                named_struct('days', cast(array() as array<bigint>), 'next', cast(null as bigint)),
                (chain, link) -> case
                    when size(chain.days) = 0 or link.day_number = chain.next
                        then named_struct(
                            'days', concat(chain.days, array(cast(link.day_number as bigint))),
                            'next', cast(link.next_day_number as bigint)
                        )
                    else chain
                end,
                chain -> chain.days
            ) as days
        from {{ links }}
        group by {{ kind | join(', ') }}
    ) as chains
{% endmacro %}

{% macro duckdb__chain_of_days(links, kind) %}
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
