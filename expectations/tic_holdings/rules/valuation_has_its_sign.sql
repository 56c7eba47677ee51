-- severity: critical
-- scope: document
-- expected: changes of positions are explained better by the valuation as it is than with its sign turned
-- why: With the sign turned, 2.7 to 13.5 times as much stays unexplained, by type of security.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: sign_tests
select
    document_id,
    security_type,
    unexplained,
    unexplained_with_valuation_turned
from sign_tests
where unexplained_with_valuation_turned < unexplained
