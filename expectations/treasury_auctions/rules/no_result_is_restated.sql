-- severity: warning
-- scope: row
-- expected: no known result is restated
-- why: Users of the figures should know it. They are loaded as new vintages.
-- uses: news
select
    row_number,
    document_id,
    total_accepted_before,
    total_accepted,
    bid_to_cover_ratio_before,
    bid_to_cover_ratio
from news
where was_known and total_accepted_before is not null
