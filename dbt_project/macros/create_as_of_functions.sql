{#-
    Table functions of the published file: any of its figures as known on another day.

    A function's body must name the database, or it fails in a file that is ATTACHed. The published file is called
    tidemark.duckdb, so its database is called tidemark; who attaches it under another name says so:
    x.marts.holdings_as_of(date '2026-01-20', warehouse := 'x').
-#}
{% macro create_as_of_functions() %}
    {{ return(adapter.dispatch('create_as_of_functions')()) }}
{% endmacro %}

{% macro default__create_as_of_functions() %}
    select 1
{% endmacro %}

{% macro duckdb__create_as_of_functions() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set functions %}
            create or replace macro marts.holdings_as_of(d, warehouse := 'tidemark') as table
            with ranked as (
                select
                    *,
                    row_number() over (
                        partition by country_code, month_end, instrument order by known_at desc
                    ) as recency
                from query_table(warehouse || '.marts.fct_holdings_vintages')
                where known_at < cast(d as date) + interval '1 day'
            ),

            with_month_before as (
                select
                    *,
                    lag(month_end) over months as month_end_before,
                    lag(holdings_usd_bn) over months as holdings_before_usd_bn
                from ranked
                where recency = 1 and holdings_usd_bn is not null
                window months as (partition by country_code, instrument order by month_end)
            )

            select
                country_code,
                country,
                month_end,
                instrument,
                holdings_usd_bn,
                net_sales_usd_bn,
                valuation_change_usd_bn,
                case
                    when not is_break and month_end_before = last_day(month_end - interval '1 month')
                        then cast(
                            holdings_usd_bn - holdings_before_usd_bn - net_sales_usd_bn - valuation_change_usd_bn
                            as decimal(18, 3)
                        )
                end as other_change_usd_bn,
                source_series,
                is_break,
                released_on,
                known_at,
                vintage_basis,
                correction_id
            from with_month_before
            order by country_code, month_end, instrument;

            comment on macro table marts.holdings_as_of is
            'Holdings as the world knew them at the end of day d: the newest vintage of each country, month and instrument known by then. '
            'Columns as in fct_holdings. In a database that is attached under another name, say warehouse := ''name''.';

            create or replace macro marts.observations_as_of(d, warehouse := 'tidemark') as table
            with ranked as (
                select
                    *,
                    row_number() over (partition by series_id, date order by known_at desc) as recency
                from query_table(warehouse || '.marts.fct_observation_vintages')
                where known_at < cast(d as date) + interval '1 day'
            )

            select
                series_id,
                date,
                value,
                known_at,
                vintage_basis,
                publisher,
                correction_id
            from ranked
            where recency = 1 and value is not null
            order by series_id, date;

            comment on macro table marts.observations_as_of is
            'Observations as the world knew them at the end of day d: the newest vintage of each series and date known by then. '
            'Columns as in fct_observations. In a database that is attached under another name, say warehouse := ''name''.';
        {% endset %}
        {{ return(functions) }}
    {% else %}
        {{ return('select 1') }}
    {% endif %}
{% endmacro %}
