-- Grain: one row per month.
-- How far the net sales of holders diverged over the year.
with completeness as (
    select
        month_end,
        bool_and(is_month_complete) over (
            order by month_number range between 11 preceding and current row
        ) as is_year_complete
    from {{ ref('int_holdings_months') }}
    where instrument = 'total'
),

-- A year with an incomplete month lacks the flows of a large holder.
holders as (
    select divergence.*
    from {{ ref('holder_divergence') }} as divergence
    inner join completeness on divergence.month_end = completeness.month_end
    where
        not divergence.is_aggregate
        and divergence.net_sales_12m_usd_bn is not null
        and completeness.is_year_complete
),

all_foreign as (
    select * from {{ ref('holder_divergence') }}
    where country_code = '99996'
),

by_month as (
    select
        month_end,
        count(*) as holders,
        count(case when divergence_class = 'withdrawing' then 1 end) as holders_withdrawing,
        count(case when divergence_class = 'strengthening' then 1 end) as holders_strengthening,
        sum(case when net_sales_12m_usd_bn > 0 then net_sales_12m_usd_bn else 0 end) as net_buyers_usd_bn,
        sum(case when net_sales_12m_usd_bn < 0 then net_sales_12m_usd_bn else 0 end) as net_sellers_usd_bn,
        sum(case when country_code in ('41408', '42102', '30309') then net_sales_12m_usd_bn end) as emerging_reserves_usd_bn,
        count(case when country_code in ('41408', '42102', '30309') then 1 end) as emerging_reserves_holders,
        sum(case when is_custodial_centre then net_sales_12m_usd_bn end) as custodial_centres_usd_bn,
        sum(holdings_usd_bn) as holdings_usd_bn,
        max(known_at) as known_at
    from holders
    group by month_end
)

select
    by_month.month_end,
    cast(by_month.holders as integer) as holders,
    cast(by_month.holders_withdrawing as integer) as holders_withdrawing,
    cast(by_month.holders_strengthening as integer) as holders_strengthening,
    cast(by_month.net_buyers_usd_bn as decimal(18, 3)) as net_buyers_12m_usd_bn,
    cast(by_month.net_sellers_usd_bn as decimal(18, 3)) as net_sellers_12m_usd_bn,
    cast(
        case when by_month.emerging_reserves_holders = 3 then by_month.emerging_reserves_usd_bn end as decimal(18, 3)
    ) as emerging_reserves_12m_usd_bn,
    cast(by_month.custodial_centres_usd_bn as decimal(18, 3)) as custodial_centres_12m_usd_bn,
    cast('reported' as {{ dbt.type_string() }}) as method,
    round(
        cast(by_month.net_buyers_usd_bn - by_month.net_sellers_usd_bn as double) / 2
        / nullif(cast(all_foreign.holdings_usd_bn as double), 0), 6
    ) as divergence_index_share,
    round(
        cast(by_month.holdings_usd_bn as double) / nullif(cast(all_foreign.holdings_usd_bn as double), 0), 6
    ) as covered_share,
    greatest(by_month.known_at, coalesce(all_foreign.known_at, by_month.known_at)) as known_at
from by_month
left join all_foreign on by_month.month_end = all_foreign.month_end
order by by_month.month_end
