-- Grain: one row per direction, country, month, security type and vintage.
-- Estimates of Bertaut and Judson up to 2020, in billions of dollars. All securities are long-term.
with source as (
    select * from {{ source('raw', 'fed_securities') }}
),

renamed as (
    select
        ---------- ids
        security_type,
        document_id,

        ---------- dates
        month_end,
        retrieved_at,

        ---------- figures
        cast(estimated_position / 1000 as decimal(18, 3)) as holdings_usd_bn,
        cast(net_flow / 1000 as decimal(18, 3)) as net_sales_usd_bn,
        cast(valuation_change / 1000 as decimal(18, 3)) as valuation_change_usd_bn,
        cast(monthly_gap / 1000 as decimal(18, 3)) as other_change_usd_bn,

        ---------- whose holdings, of what
        case series when 'claims' then 'us_holdings' else 'foreign_holdings' end as direction,
        -- The file of official holders calls all of them 99996.
        case when series = 'official' and country_code = '99996' then '99990' else country_code end as country_code,
        -- Both files of liabilities have June 2011; the newer method counts.
        series = 'official' and month_end >= date '2011-06-30' as is_superseded
    from source
)

select * from renamed
where not is_superseded
