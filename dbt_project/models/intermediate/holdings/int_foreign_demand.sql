-- Grain: one row per month.
-- Net purchases of long-term Treasuries by foreigners, as first known, relative to their holdings. Form S up to January 2023
-- (purchases minus sales), form SLT after that (net sales in the publisher's words).
with statements as (
    select
        month_end,
        source_series,
        released_on,
        retrieved_at,
        case
            when source_series = 's1' then gross_purchases_usd_bn - gross_sales_usd_bn
            else net_sales_usd_bn
        end as net_purchases_usd_bn
    from {{ ref('stg_tic__holdings') }}
    where
        country_code = '99996'
        and security_type = 'treasury'
        and instrument = 'long_term'
        and (
            (source_series = 's1' and month_end < date '2023-02-01')
            or (source_series in ('slt_table3', 'slt_table1') and month_end >= date '2023-02-01')
        )
),

release_days as (
    select * from {{ ref('stg_tic__release_days') }}
),

in_order as (
    select
        *,
        row_number() over (partition by month_end order by released_on, retrieved_at, source_series) as statement_number
    from statements
    where net_purchases_usd_bn is not null
),

first_statements as (
    select
        in_order.month_end,
        in_order.net_purchases_usd_bn,
        {{ end_of_release('least(in_order.released_on, coalesce(release_days.released_on, in_order.released_on))') }} as known_at
    from in_order
    left join release_days on in_order.month_end = release_days.month_end
    where in_order.statement_number = 1
),

over_three_months as (
    select
        month_end,
        sum(net_purchases_usd_bn) over months as net_purchases_3m_usd_bn,
        max(known_at) over months as known_at,
        lag(month_end, 2) over (order by month_end) as first_month_end
    from first_statements
    window months as (order by month_end rows between 2 preceding and current row)
),

whole as (
    select
        *,
        last_day(month_end - interval '3 months') as base_month_end
    from over_three_months
    where first_month_end = last_day(month_end - interval '2 months')
),

holdings as (
    select
        month_end,
        holdings_usd_bn,
        known_at
    from {{ ref('int_holdings_vintages') }}
    where country_code = '99996' and instrument = 'total'
),

beside_holdings as (
    select
        whole.month_end,
        whole.net_purchases_3m_usd_bn,
        whole.known_at,
        holdings.holdings_usd_bn as base_usd_bn,
        row_number() over (partition by whole.month_end order by holdings.known_at desc) as vintage_number
    from whole
    inner join holdings on whole.base_month_end = holdings.month_end and whole.known_at >= holdings.known_at
    where holdings.holdings_usd_bn > 0
)

select
    month_end,
    cast(net_purchases_3m_usd_bn as double) as net_purchases_3m_usd_bn,
    cast(base_usd_bn as double) as base_usd_bn,
    known_at,
    100 * cast(net_purchases_3m_usd_bn as double) / cast(base_usd_bn as double) as net_purchases_3m_pct
from beside_holdings
where vintage_number = 1 and known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
