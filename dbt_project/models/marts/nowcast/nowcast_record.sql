-- Grain: one row per month, holder and day of the statement.
-- What loads said about months that no release had yet. Read from the archive, never computed again.
with statements as (
    select
        *,
        row_number() over (
            partition by target_month, country_code, made_on order by retrieved_at desc, document_id asc
        ) as recency
    from {{ ref('stg_nowcast__record') }}
    where retrieved_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
),

countries as (
    select * from {{ ref('stg_countries') }}
)

select
    statements.target_month,
    statements.country_code,
    countries.country_plain_name as country,
    statements.made_on,
    statements.horizon_days,
    statements.steps,
    statements.last_month_end,
    statements.last_holdings_usd_bn,
    statements.holdings_q10_usd_bn,
    statements.holdings_q50_usd_bn,
    statements.holdings_q90_usd_bn,
    statements.net_purchases_usd_bn,
    statements.valuation_change_usd_bn,
    statements.basis,
    statements.method,
    statements.retrieved_at as known_at
from statements
inner join countries on statements.country_code = countries.country_code
where statements.recency = 1
order by statements.target_month, statements.country_code, statements.made_on
