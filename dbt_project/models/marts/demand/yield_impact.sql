-- Grain: one row per study and horizon.
-- What published studies say that foreign sales do to yields, for one per cent of marketable debt and for 100 billion of it now.
with studies as (
    select * from {{ ref('yield_elasticities') }}
),

debt as (
    select
        month_end,
        market_value_usd_bn,
        known_at,
        row_number() over (order by month_end desc) as recency
    from {{ ref('int_marketable_debt') }}
    where market_value_usd_bn is not null
),

scaled as (
    select
        studies.*,
        debt.month_end as debt_now_month_end,
        debt.market_value_usd_bn as debt_now_usd_bn,
        debt.known_at,
        case studies.amount_unit
            when 'pct_of_debt' then studies.amount
            else 100 * studies.amount / cast(studies.debt_usd_bn as double)
        end as amount_pct_of_debt,
        100 * 100 / cast(nullif(debt.market_value_usd_bn, 0) as double) as pct_of_debt_now_per_100_usd_bn
    from studies
    left join debt on debt.recency = 1
)

select
    study,
    horizon,
    maturity_years,
    sold_by,
    amount,
    amount_unit,
    low_bp,
    high_bp,
    as_published,
    debt_month_end as debt_then_month_end,
    debt_usd_bn as debt_then_usd_bn,
    debt_source as debt_then_source,
    {{ rounded('low_bp / amount_pct_of_debt', 6) }} as low_bp_per_pct_of_debt,
    {{ rounded('high_bp / amount_pct_of_debt', 6) }} as high_bp_per_pct_of_debt,
    debt_now_month_end,
    debt_now_usd_bn,
    {{ rounded('low_bp / amount_pct_of_debt * pct_of_debt_now_per_100_usd_bn', 4) }} as low_bp_per_100_usd_bn_now,
    {{ rounded('high_bp / amount_pct_of_debt * pct_of_debt_now_per_100_usd_bn', 4) }} as high_bp_per_100_usd_bn_now,
    source,
    source_url,
    note,
    known_at
from scaled
order by horizon, study
