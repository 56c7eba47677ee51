-- Grain: one row per claim.
-- The measured number of each claim then and now, whether the claim held, and the verdict.
with claims as (
    select * from {{ ref('thesis_claims') }}
),

measured as (
    select * from {{ ref('int_thesis_measures') }}
),

-- Current figures only. For what was known of markets on the day of the claim, build the warehouse as of that day.
of_markets as (
    select * from {{ ref('int_thesis_market_measures') }}
),

cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

side_by_side as (
    select
        claims.claim_number,
        claims.claim_id,
        claims.claim,
        claims.claimed_on,
        claims.claimed_number,
        claims.unit,
        claims.measure,
        claims.holds_if,
        claims.tolerance,
        claims.caveat,
        claims.query,
        claims.source,
        measured_now.country,
        of_markets.verdict as market_verdict,
        of_markets.in_words as market_in_words,
        measured_then.measured_number as measured_then,
        measured_then.newest_month_end as newest_month_then,
        measured_then.newest_usd_bn as newest_then_usd_bn,
        measured_now.claim_month_end,
        measured_now.net_sales_usd_bn,
        measured_now.valuation_change_usd_bn,
        measured_now.other_change_usd_bn,
        measured_now.holdings_usd_bn,
        measured_now.year_before_usd_bn,
        measured_now.peak_usd_bn,
        measured_now.comparison,
        measured_now.comparison_usd_bn,
        measured_now.lower_month_end,
        measured_now.gap_usd_bn,
        measured_now.closing_12m_usd_bn,
        measured_now.holders_withdrawing,
        measured_now.holders_strengthening,
        round(coalesce(measured_now.measured_number, of_markets.measured_number), 4) as measured_now,
        coalesce(measured_now.known_at, of_markets.known_at) as known_at,
        -- The press quoted no flows.
        case
            when measured_then.measured_number is null then null
            when claims.measure in ('net_sales_12m', 'holders_both_ways', 'months_until') then 'reconstructed'
            else measured_then.basis
        end as first_print_basis
    from claims
    cross join cutoff
    left join of_markets on claims.measure = of_markets.measure and claims.claimed_on < cutoff.known_before
    left join measured as measured_now
        on claims.claim_number = measured_now.claim_number and measured_now.seen = 'now'
    left join measured as measured_then
        on claims.claim_number = measured_then.claim_number and measured_then.seen = 'then'
),

compared as (
    select
        *,
        case holds_if
            when 'equal' then abs(measured_now - claimed_number) <= tolerance
            when 'at_least' then measured_now >= claimed_number
            when 'at_most' then measured_now <= claimed_number
        end as holds_now,
        case holds_if
            when 'equal' then abs(measured_then - claimed_number) <= tolerance
            when 'at_least' then measured_then >= claimed_number
            when 'at_most' then measured_then <= claimed_number
        end as held_then,
        holds_if = 'equal'
        and measured_now * claimed_number > 0
        and abs(measured_now) < abs(claimed_number) as is_less_than_claimed
    from side_by_side
)

select
    *,
    case
        when market_verdict is not null then market_verdict
        when measure = 'not_in_tic' then 'cannot be told from TIC'
        when holds_now then 'holds'
        when held_then then 'holds as first printed'
        when is_less_than_claimed then 'overstated'
        when measured_now is not null or (measure = 'months_until' and closing_12m_usd_bn <= 0) then 'does not hold'
    end as verdict
from compared
