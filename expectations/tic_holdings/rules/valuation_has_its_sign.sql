-- severity: critical
-- scope: document
-- expected: changes of positions are explained better by the published valuation than with its sign reversed
-- why: With the sign reversed, 2.7 to 13.5 times as much stays unexplained, by type of security.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: sign_tests
select
    document_id,
    security_type,
    unexplained,
    unexplained_with_valuation_turned
from sign_tests
where unexplained_with_valuation_turned < unexplained
