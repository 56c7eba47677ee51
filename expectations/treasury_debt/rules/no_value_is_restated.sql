-- severity: warning
-- scope: document
-- expected: no known figure is restated
-- why: A statement is about a month that is over. A restatement is loaded as new vintages and reported to the users of
--   the figures.
-- uses: incoming
select
    document_id,
    security_type,
    count(*) as figures_restated,
    arg_max(date, abs(value - value_before)) as most_restated_on,
    arg_max(value_before, abs(value - value_before)) as value_before,
    arg_max(value, abs(value - value_before)) as value
from incoming
where value is not null and value_before is not null and value <> value_before
group by document_id, security_type
