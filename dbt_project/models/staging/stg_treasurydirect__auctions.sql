-- Grain: one row per security, auction and vintage.
-- Amounts in dollars, rates in per cent.
with source as (
    select * from {{ source('raw', 'treasury_auctions') }}
),

-- A bill of 26 weeks is sold again as one of 13 weeks: what is on sale is its own term. A reopened note is still a note of its
-- original term, a month or two short.
with_terms as (
    select
        *,
        case
            when security_type in ('Bill', 'CMB') then security_term else coalesce(original_security_term, security_term)
        end as term,
        reopening = 'Yes' as is_reopening,
        coalesce(high_yield, high_investment_rate) as high_yield_pct,
        coalesce(high_yield - average_median_yield, high_discount_rate - average_median_discount_rate)
            as high_minus_median_pct
    from source
),

renamed as (
    select
        ---------- ids
        cusip,
        security_type,
        term,
        security_term,
        original_security_term,
        is_reopening,
        document_id,

        ---------- dates
        auction_date,
        announcement_date,
        issue_date,
        maturity_date,
        released_on,
        retrieved_at,

        ---------- amounts
        offering_amount,
        total_tendered,
        total_accepted,
        competitive_tendered,
        competitive_accepted,
        noncompetitive_accepted,
        fima_noncompetitive_accepted,
        soma_accepted,
        primary_dealer_accepted,
        direct_bidder_tendered,
        direct_bidder_accepted,
        indirect_bidder_tendered,
        indirect_bidder_accepted,

        ---------- ratios and rates
        bid_to_cover_ratio,
        high_yield_pct,
        high_minus_median_pct,
        high_discount_rate as discount_rate_pct,
        high_discount_margin as discount_margin_pct,
        interest_rate as coupon_pct,
        price_per_100
    from with_terms
)

select * from renamed
