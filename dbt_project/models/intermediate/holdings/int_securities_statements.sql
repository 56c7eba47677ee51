-- Grain: one row per source series, direction, country, month, security type, instrument and publication.
-- Published values of all securities, with the precedence of their source.
with tic as (
    select * from {{ ref('stg_tic__holdings') }}
    where
        (source_series = 'slt_table3' and security_type = 'treasury')
        or (source_series = 'slt_table1' and security_type <> 'treasury')
),

from_tables as (
    select
        source_series,
        -- The first months of the tables have positions only: whoever has their net purchases comes first.
        case when net_sales_usd_bn is not null then 1 else 4 end as precedence,
        'foreign_holdings' as direction,
        country_code,
        month_end,
        security_type,
        instrument,
        holdings_usd_bn,
        net_sales_usd_bn as net_purchases_usd_bn,
        case
            when instrument = 'bills' and net_sales_usd_bn is not null then cast(0 as decimal(18, 3))
            else valuation_change_usd_bn
        end as valuation_change_usd_bn,
        {{ end_of_release('released_on') }} as published_at
    from tic
    -- A total of Treasuries needs the valuation of its long-term part, which fct_holdings adds.
    where instrument <> 'total'
),

from_cslt as (
    select
        'cslt' as source_series,
        2 as precedence,
        direction,
        country_code,
        month_end,
        security_type,
        instrument,
        holdings_usd_bn,
        net_sales_usd_bn as net_purchases_usd_bn,
        valuation_change_usd_bn,
        published_at
    from {{ ref('int_cslt_statements') }}
    where instrument <> 'total'
),

from_fed as (
    select
        'ifdp1113' as source_series,
        case when net_sales_usd_bn is not null and holdings_usd_bn is not null then 3 else 5 end as precedence,
        direction,
        country_code,
        month_end,
        security_type,
        'long_term' as instrument,
        holdings_usd_bn,
        net_sales_usd_bn as net_purchases_usd_bn,
        valuation_change_usd_bn,
        retrieved_at as published_at
    from {{ ref('stg_fed__securities') }}
)

select * from from_tables
union all
select * from from_cslt
union all
select * from from_fed
