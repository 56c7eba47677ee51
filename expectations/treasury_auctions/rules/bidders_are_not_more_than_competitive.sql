-- severity: critical
-- scope: row
-- expected: indirect, direct and dealer awards are not more than the competitive awards
-- why: They are parts of them: with more, a share would be above one. Five million dollars are left for amounts that are
--   rounded.
-- advice: If the publisher confirms the figures, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    competitive_accepted,
    indirect_bidder_accepted + direct_bidder_accepted + primary_dealer_accepted as sum_of_bidders
from news
where sum_of_bidders > competitive_accepted + 5000000
