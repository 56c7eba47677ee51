-- Returns months before a gap in the history of Japan, China or the Grand Total.
{{ config(meta={
    'description': 'Japan, China and the Grand Total have every month between their first and their last.',
    'dagster': {'ref': {'name': 'fct_holdings'}},
}) }}

with holdings as (
    select
        country_code,
        month_end
    from {{ ref('fct_holdings') }}
    where instrument = 'total' and country_code in ('42609', '41408', '99996')
),

with_next as (
    select
        country_code,
        month_end,
        lead(month_end) over (partition by country_code order by month_end) as next_month_end
    from holdings
)

select *
from with_next
where next_month_end > {{ dbt.last_day(dbt.dateadd('month', 1, 'month_end'), 'month') }}
