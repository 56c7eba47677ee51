-- Grain: one row per claim.
-- The measured number then and now, whether the claim held, by how much, and the verdict.
with claims as (
    select * from {{ ref('claims') }}
),

measured as (
    select * from {{ ref('int_thesis_measures') }}
),

-- Current figures only. For what was known of markets on the day of the claim, build the warehouse as of that day.
of_markets as (
    select * from {{ ref('int_thesis_market_measures') }}
),

revisions as (
    select * from {{ ref('int_usual_revisions') }}
),

clock as (
    select least(max(documents.retrieved_at), max(cutoff.known_before)) as now_at
    from {{ ref('stg_documents') }} as documents
    cross join {{ ref('stg_knowledge_cutoff') }} as cutoff
),

side_by_side as (
    select
        claims.claim_number,
        claims.claim_id,
        claims.claim,
        claims.claimed_on,
        claims.source,
        claims.country_code,
        claims.measure,
        claims.horizon_months,
        claims.month_end,
        claims.holds_if,
        claims.claimed_number,
        claims.unit,
        claims.tolerance,
        claims.confirmed_if,
        claims.refuted_if,
        claims.caveat,
        claims.query,
        now_measured.country,
        now_measured.claim_month_end,
        now_measured.holdings_usd_bn,
        now_measured.peak_usd_bn,
        now_measured.comparison,
        now_measured.comparison_usd_bn,
        now_measured.lower_month_end,
        now_measured.higher_month_end,
        now_measured.lowest_survey_usd_bn,
        now_measured.months_at_or_above,
        now_measured.change_usd_bn,
        now_measured.net_purchases_usd_bn,
        now_measured.valuation_change_usd_bn,
        now_measured.other_change_usd_bn,
        now_measured.gap_usd_bn,
        now_measured.holders_withdrawing,
        now_measured.holders_strengthening,
        now_measured.usd_bn_of_one,
        now_measured.distance_usd_bn,
        revisions.usual_revision_usd_bn,
        of_markets.verdict as market_verdict,
        then_measured.measured_number as measured_then,
        then_measured.newest_month_end as newest_month_then,
        newest_measured.measured_number as measured_newest_then,
        newest_measured.holdings_usd_bn as newest_then_usd_bn,
        newest_measured.claim_number is not null as has_newer_month,
        cast(claims.claimed_on as timestamp) < clock.now_at as is_made,
        round(coalesce(now_measured.measured_number, of_markets.measured_number), 4) as measured_now,
        coalesce(now_measured.known_at, of_markets.known_at) as known_at,
        {{ claim_holds('now_measured.measured_number') }} as holds_now,
        {{ claim_holds('then_measured.measured_number') }} as held_then,
        {{ claim_holds('newest_measured.measured_number') }} as held_for_newest,
        -- The press quoted no flows.
        case
            when then_measured.measured_number is null then null
            when claims.measure in ('net_purchases', 'holders_both_ways', 'years_of_net_selling', 'chance_pct')
                then 'reconstructed'
            else then_measured.basis
        end as first_print_basis
    from claims
    cross join clock
    left join of_markets on claims.measure = of_markets.measure and cast(claims.claimed_on as timestamp) < clock.now_at
    left join measured as now_measured
        on claims.claim_number = now_measured.claim_number and now_measured.asked = 'now'
    left join measured as then_measured
        on claims.claim_number = then_measured.claim_number and then_measured.asked = 'then'
    left join measured as newest_measured
        on claims.claim_number = newest_measured.claim_number and newest_measured.asked = 'then_newest'
    left join revisions on claims.country_code = revisions.country_code
),

-- By how much the claim holds (above zero) or fails, in dollars.
with_margin as (
    select
        *,
        coalesce(
            distance_usd_bn,
            usd_bn_of_one * case holds_if
                when 'equal' then tolerance - abs(measured_now - claimed_number)
                when 'at_least' then measured_now - claimed_number
                when 'at_most' then claimed_number - measured_now
            end
        ) as unrounded_margin_usd_bn
    from side_by_side
)

select
    claim_number,
    claim_id,
    claim,
    claimed_on,
    source,
    country_code,
    measure,
    horizon_months,
    month_end,
    holds_if,
    claimed_number,
    unit,
    tolerance,
    confirmed_if,
    refuted_if,
    caveat,
    query,
    country,
    claim_month_end,
    holdings_usd_bn,
    peak_usd_bn,
    comparison,
    comparison_usd_bn,
    lower_month_end,
    higher_month_end,
    lowest_survey_usd_bn,
    months_at_or_above,
    change_usd_bn,
    net_purchases_usd_bn,
    valuation_change_usd_bn,
    other_change_usd_bn,
    gap_usd_bn,
    holders_withdrawing,
    holders_strengthening,
    usual_revision_usd_bn,
    market_verdict,
    measured_then,
    newest_month_then,
    measured_newest_then,
    newest_then_usd_bn,
    has_newer_month,
    is_made,
    measured_now,
    known_at,
    holds_now,
    held_then,
    held_for_newest,
    first_print_basis,
    round(unrounded_margin_usd_bn, 3) as margin_usd_bn,
    case
        when not is_made then null
        when market_verdict is not null then market_verdict
        when measure = 'not_in_tic' then 'cannot be judged'
        when holds_now and has_newer_month and not held_for_newest then 'holds for an earlier month'
        when holds_now then 'holds'
        -- Without a figure now, nothing was revised.
        when held_then and measured_now is not null then 'holds as first printed'
        when
            holds_if = 'equal'
            and measured_now * claimed_number > 0
            and abs(measured_now) < abs(claimed_number)
            and 2 * abs(measured_now) >= abs(claimed_number)
            then 'overstated'
        when measured_now is not null then 'does not hold'
        when measure = 'years_of_net_selling' and holdings_usd_bn is not null then 'cannot be judged'
    end as verdict
from with_margin
