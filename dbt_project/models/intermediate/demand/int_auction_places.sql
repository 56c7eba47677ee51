-- Grain: one row per security and auction.
-- The place of a first result among the 24 auctions of the same type and term before it, as known when it came out.
with results as (
    select * from {{ ref('int_auction_vintages') }}
    where total_accepted is not null
),

in_order as (
    select
        *,
        row_number() over (partition by cusip, auction_date order by known_at) as vintage_number
    from results
),

first_results as (
    select
        *,
        row_number() over (partition by security_type, term order by auction_date, cusip) as auction_number
    from in_order
    where vintage_number = 1
),

earlier_vintages as (
    select
        own.cusip,
        own.auction_date,
        own.bid_to_cover_ratio,
        own.demand_score,
        known.bid_to_cover_ratio as earlier_bid_to_cover_ratio,
        known.demand_score as earlier_demand_score,
        row_number() over (
            partition by own.cusip, own.auction_date, known.cusip, known.auction_date
            order by known.known_at desc
        ) as recency
    from first_results as own
    inner join first_results as earlier
        on
            own.security_type = earlier.security_type
            and own.term = earlier.term
            and earlier.auction_number between own.auction_number - 24 and own.auction_number - 1
    inner join results as known
        on
            earlier.cusip = known.cusip
            and earlier.auction_date = known.auction_date
            and own.known_at >= known.known_at
),

counted as (
    select
        cusip,
        auction_date,
        count(case when bid_to_cover_ratio is not null then earlier_bid_to_cover_ratio end) as ratios_compared,
        count(case when demand_score is not null then earlier_demand_score end) as scores_compared,
        sum(
            case
                when earlier_bid_to_cover_ratio < bid_to_cover_ratio then 1.0
                when earlier_bid_to_cover_ratio = bid_to_cover_ratio then 0.5
                else 0.0
            end
        ) as ratios_below,
        sum(
            case
                when earlier_demand_score < demand_score then 1.0
                when earlier_demand_score = demand_score then 0.5
                else 0.0
            end
        ) as scores_below
    from earlier_vintages
    where recency = 1
    group by cusip, auction_date
)

select
    cusip,
    auction_date,
    case when ratios_compared = 24 then {{ rounded('cast(ratios_below as double) / 24', 6) }} end as bid_to_cover_percentile,
    case when scores_compared = 24 then {{ rounded('cast(scores_below as double) / 24', 6) }} end as demand_percentile
from counted
