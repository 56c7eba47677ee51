-- Grain: one row per security, auction and known_at.
-- Every result with the time from which it was publicly known: the first from the evening of the auction, or from our retrieval
-- if that was earlier; each later one from its retrieval. A result that was retracted has no amounts.
with results as (
    select * from {{ ref('stg_treasurydirect__auctions') }}
),

in_order as (
    select
        *,
        row_number() over (partition by cusip, auction_date order by retrieved_at, document_id) as statement_number
    from results
),

dated as (
    select
        *,
        case
            when statement_number = 1 then least({{ end_of_publication('auction_date') }}, retrieved_at) else retrieved_at
        end as known_at
    from in_order
),

-- Bidder classes are complete since April 2008.
with_classes as (
    select
        *,
        case when known_at < retrieved_at then 'reconstructed' else 'observed' end as vintage_basis,
        auction_date >= date '2008-04-01'
        and primary_dealer_accepted is not null
        and direct_bidder_accepted is not null
        and indirect_bidder_accepted is not null
        and competitive_accepted > 0 as has_classes
    from dated
)

select
    cusip,
    security_type,
    term,
    security_term,
    is_reopening,
    auction_date,
    announcement_date,
    issue_date,
    maturity_date,
    offering_amount,
    total_accepted,
    competitive_accepted,
    noncompetitive_accepted,
    fima_noncompetitive_accepted,
    soma_accepted,
    primary_dealer_accepted,
    direct_bidder_accepted,
    indirect_bidder_accepted,
    has_classes,
    bid_to_cover_ratio,
    high_yield_pct,
    high_minus_median_pct,
    discount_rate_pct,
    discount_margin_pct,
    coupon_pct,
    known_at,
    vintage_basis,
    case
        when has_classes
            then
                {{ rounded('cast(direct_bidder_tendered + indirect_bidder_tendered as double) / competitive_accepted', 6) }}
    end as demand_score
from with_classes
where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
