-- severity: critical
-- scope: row
-- expected: indirect, direct, dealer and noncompetitive awards and those of the Federal Reserve do not exceed the total
-- why: With the accounts of foreign officials they equal the total, to the dollar, in the results of 2024 and 2026. The
--   tolerance of five million dollars is for rounded amounts.
-- advice: If the publisher confirms the figures, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    total_accepted,
    coalesce(indirect_bidder_accepted, 0) + coalesce(direct_bidder_accepted, 0) + coalesce(primary_dealer_accepted, 0)
    + coalesce(noncompetitive_accepted, 0) + coalesce(soma_accepted, 0) as sum_of_awards
from news
where sum_of_awards > total_accepted + 5000000 and auction_date >= date '2008-04-01'
