-- severity: critical
-- scope: row
-- expected: indirect, direct and dealer awards do not exceed the competitive awards
-- why: They are parts of the competitive awards: otherwise a share would be above one. The tolerance of five million
--   dollars is for rounded amounts.
-- advice: If the publisher confirms the figures, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    competitive_accepted,
    indirect_bidder_accepted + direct_bidder_accepted + primary_dealer_accepted as sum_of_bidders
from news
where sum_of_bidders > competitive_accepted + 5000000
