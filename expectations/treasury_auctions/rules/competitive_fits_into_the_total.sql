-- severity: critical
-- scope: row
-- expected: competitive awards do not exceed the total, and awards of a class of bidders do not exceed its bids
-- why: A part is not larger than the whole. The tolerance of five million dollars is for rounded amounts.
-- advice: If the publisher confirms the figures, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    total_accepted,
    competitive_accepted,
    competitive_tendered,
    total_tendered
from news
where
    competitive_accepted > total_accepted + 5000000
    or total_accepted > total_tendered + 5000000
    or competitive_accepted > competitive_tendered + 5000000
    or indirect_bidder_accepted > indirect_bidder_tendered + 5000000
    or direct_bidder_accepted > direct_bidder_tendered + 5000000
    or primary_dealer_accepted > primary_dealer_tendered + 5000000
