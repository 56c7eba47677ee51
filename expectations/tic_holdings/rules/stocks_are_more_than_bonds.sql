-- severity: critical
-- scope: document
-- expected: table 1: foreigners hold more stocks than corporate bonds
-- why: 1.9 to 4.6 times as many since 2020: columns in the wrong place reverse it.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: world_positions
select
    stocks.document_id,
    stocks.month_end,
    stocks.holdings as stocks,
    bonds.holdings as bonds
from world_positions as stocks
inner join world_positions as bonds
    on stocks.document_id = bonds.document_id and stocks.month_end = bonds.month_end
where
    stocks.security_type = 'corporate_stock'
    and bonds.security_type = 'corporate_bond'
    and stocks.holdings < 1.2 * bonds.holdings
