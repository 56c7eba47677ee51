-- Grain: one row per direction, country, month, security type, instrument and known_at.
-- At any time, the value from the best source known so far. The first value of a figure is assumed published on the month's
-- release day (`reconstructed`), later ones on their own. Estimates of the Federal Reserve are known from their own day.
with statements as (
    select * from {{ ref('int_securities_statements') }}
),

release_days as (
    select * from {{ ref('stg_tic__release_days') }}
),

in_order as (
    select
        *,
        row_number() over (
            partition by source_series, direction, country_code, month_end, security_type, instrument order by published_at
        ) as statement_number
    from statements
),

dated as (
    select
        in_order.*,
        case
            when in_order.statement_number > 1 or in_order.source_series = 'ifdp1113' then in_order.published_at
            else least(
                in_order.published_at,
                coalesce(
                    {{ end_of_release('release_days.released_on') }},
                    {{ release_before_2000('in_order.month_end') }},
                    in_order.published_at
                )
            )
        end as known_at
    from in_order
    left join release_days on in_order.month_end = release_days.month_end
),

known as (
    select
        *,
        case when known_at < published_at then 'reconstructed' else 'observed' end as vintage_basis
    from dated
    where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
),

best_so_far as (
    select
        *,
        min(precedence) over (
            partition by direction, country_code, month_end, security_type, instrument order by known_at
            range between unbounded preceding and current row
        ) as best_precedence
    from known
),

current_values as (
    select
        *,
        row_number() over (
            partition by direction, country_code, month_end, security_type, instrument, known_at order by published_at desc
        ) as same_moment
    from best_so_far
    where precedence = best_precedence
)

select
    direction,
    country_code,
    month_end,
    security_type,
    instrument,
    holdings_usd_bn,
    net_purchases_usd_bn,
    valuation_change_usd_bn,
    source_series,
    known_at,
    vintage_basis
from current_values
where same_moment = 1
