-- severity: critical
-- scope: document
-- expected: table 1: foreigners hold more corporate than agency bonds
-- why: 3.1 times as many and more since 2020: columns in the wrong place turn it round.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
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
