-- Grain: one row per country and month.
-- Net purchases and valuation changes of long-term Treasuries by Bertaut and Judson, for months that TIC's files do not report.
with estimates as (
    select
        *,
        row_number() over (partition by country_code, month_end order by retrieved_at desc) as recency
    from {{ ref('stg_fed__securities') }}
    where
        direction = 'foreign_holdings'
        and security_type = 'treasury'
        and retrieved_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
)

select
    country_code,
    month_end,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    retrieved_at as known_at
from estimates
where recency = 1 and net_sales_usd_bn is not null and valuation_change_usd_bn is not null
