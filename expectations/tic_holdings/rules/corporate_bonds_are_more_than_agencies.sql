-- severity: critical
-- scope: document
-- expected: table 1: foreigners hold more corporate than agency bonds
-- why: At least 3.1 times as many since 2020: columns in the wrong place reverse it.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: world_positions
select
    bonds.document_id,
    bonds.month_end,
    bonds.holdings as bonds,
    agencies.holdings as agencies
from world_positions as bonds
inner join world_positions as agencies
    on bonds.document_id = agencies.document_id and bonds.month_end = agencies.month_end
where
    bonds.security_type = 'corporate_bond'
    and agencies.security_type = 'agency'
    and bonds.holdings < 1.5 * agencies.holdings
