-- Grain: one row per security and auction.
-- The latest known result of every auction. Shares are of the competitive awards, from April 2008 on.
with vintages as (
    select * from {{ ref('int_auction_vintages') }}
),

latest as (
    {{- latest_vintages('vintages', ['cusip', 'auction_date'], 'total_accepted') }}
),

places as (
    select * from {{ ref('int_auction_places') }}
)

select
    latest.cusip,
    latest.auction_date,
    latest.security_type,
    latest.term,
    latest.security_term,
    latest.is_reopening,
    latest.announcement_date,
    latest.issue_date,
    latest.maturity_date,
    cast(latest.offering_amount / 1e9 as decimal(18, 3)) as offering_usd_bn,
    cast(latest.total_accepted / 1e9 as decimal(18, 3)) as accepted_usd_bn,
    cast(latest.competitive_accepted / 1e9 as decimal(18, 3)) as competitive_usd_bn,
    cast(latest.noncompetitive_accepted / 1e9 as decimal(18, 3)) as noncompetitive_usd_bn,
    cast(latest.fima_noncompetitive_accepted / 1e9 as decimal(18, 3)) as foreign_official_usd_bn,
    cast(latest.soma_accepted / 1e9 as decimal(18, 3)) as soma_usd_bn,
    cast(latest.high_yield_pct as double) as high_yield_pct,
    cast(latest.discount_rate_pct as double) as discount_rate_pct,
    cast(latest.discount_margin_pct as double) as discount_margin_pct,
    cast(latest.coupon_pct as double) as coupon_pct,
    cast(100 * latest.high_minus_median_pct as double) as high_minus_median_bp,
    cast(latest.bid_to_cover_ratio as double) as bid_to_cover,
    case
        when latest.has_classes
            then {{ rounded('cast(latest.indirect_bidder_accepted as double) / latest.competitive_accepted', 6) }}
    end as indirect_share,
    case
        when latest.has_classes
            then {{ rounded('cast(latest.direct_bidder_accepted as double) / latest.competitive_accepted', 6) }}
    end as direct_share,
    case
        when latest.has_classes
            then {{ rounded('cast(latest.primary_dealer_accepted as double) / latest.competitive_accepted', 6) }}
    end as dealer_share,
    latest.demand_score,
    places.demand_percentile,
    places.bid_to_cover_percentile,
    latest.known_at,
    latest.vintage_basis
from latest
left join places on latest.cusip = places.cusip and latest.auction_date = places.auction_date
order by latest.auction_date, latest.security_type, latest.cusip
