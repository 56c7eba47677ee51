-- severity: critical
-- scope: row
-- expected: a result that is restated stays within a tenth of what it was, awards, cover and yields alike
-- why: Results are final when they are published; the publisher corrects digits. Exchanged groups of bidders add up to the
--   same total and break no other rule.
-- advice: If the publisher confirms the result, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    primary_dealer_accepted_before,
    primary_dealer_accepted,
    indirect_bidder_accepted_before,
    indirect_bidder_accepted
from news
where
    abs(primary_dealer_accepted - primary_dealer_accepted_before) > 0.1 * primary_dealer_accepted_before
    or abs(indirect_bidder_accepted - indirect_bidder_accepted_before) > 0.1 * indirect_bidder_accepted_before
    or abs(competitive_accepted - competitive_accepted_before) > 0.1 * competitive_accepted_before
    or abs(total_accepted - total_accepted_before) > 0.1 * total_accepted_before
    or abs(bid_to_cover_ratio - bid_to_cover_ratio_before) > 0.1 * bid_to_cover_ratio_before
    or abs(high_yield - high_yield_before) > 0.1 * abs(high_yield_before) + 0.05
    or abs(high_discount_rate - high_discount_rate_before) > 0.1 * abs(high_discount_rate_before) + 0.05
