-- Grain: one row per claim about holdings and view (`then` or `now`).
-- The month each claim asks about: its own, or the newest month there is. A claim has no row before the day it was made.
with claims as (
    select * from {{ ref('thesis_claims') }}
    where measure not in (
        'flow_yield_correlation', 'matched_gap_of_bitcoin', 'bitcoin_to_equities', 'bonds_falling_with_equities'
    )
),

cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

newest as (
    select
        seen,
        country_code,
        max(month_end) as newest_month_end
    from {{ ref('int_thesis_figures') }}
    group by seen, country_code
)

select
    claims.claim_number,
    claims.claimed_number,
    claims.measure,
    claims.country_code,
    claims.comparison_code,
    claims.barrier_usd_bn,
    newest.seen,
    newest.newest_month_end,
    cast(
        12 * extract(year from coalesce(claims.month_end, newest.newest_month_end))
        + extract(month from coalesce(claims.month_end, newest.newest_month_end)) as integer
    ) as claim_month_number,
    coalesce(claims.month_end, newest.newest_month_end) as claim_month_end
from claims
inner join newest on claims.country_code = newest.country_code
cross join cutoff
where cutoff.known_before > claims.claimed_on
