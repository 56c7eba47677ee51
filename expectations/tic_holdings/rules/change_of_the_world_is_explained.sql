-- severity: critical
-- scope: document
-- expected: in no month do flows and valuation leave more than 6 per cent of the world's position in a kind of security
--   unexplained
-- why: Largest real share: 4.0 per cent (agency bonds, June 2024), 2.4 corporate bonds, 1.0 or less for Treasuries,
--   stocks and the total.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: world_positions
select
    document_id,
    security_type,
    month_end,
    unexplained_share
from world_positions
where unexplained_share > 0.06
