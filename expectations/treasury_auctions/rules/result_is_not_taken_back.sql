-- severity: critical
-- scope: row
-- expected: a result that had a figure does not become blank
-- why: The publisher may correct a result, but never removes a figure.
-- advice: If the publisher confirms the result, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    total_accepted_before,
    bid_to_cover_ratio_before
from news
where
    (total_accepted is null and total_accepted_before is not null)
    or (bid_to_cover_ratio is null and bid_to_cover_ratio_before is not null)
    or (competitive_accepted is null and competitive_accepted_before is not null)
    or (indirect_bidder_accepted is null and indirect_bidder_accepted_before is not null)
    or (high_yield is null and high_yield_before is not null)
    or (high_discount_rate is null and high_discount_rate_before is not null)
