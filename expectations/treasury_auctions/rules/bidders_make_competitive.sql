-- severity: warning
-- scope: row
-- expected: indirect, direct and dealer awards add up to the competitive awards
-- why: To the dollar in the results of 2024 and 2026. The classes of bidders are complete since May 2008. A missing
--   amount belongs to a class that is not in the file.
-- uses: news
select
    row_number,
    document_id,
    competitive_accepted,
    indirect_bidder_accepted + direct_bidder_accepted + primary_dealer_accepted as sum_of_bidders
from news
where sum_of_bidders < competitive_accepted - 5000000 and auction_date >= date '2008-05-01'
