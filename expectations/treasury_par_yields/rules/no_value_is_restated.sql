-- severity: warning
-- scope: document
-- expected: no known yield is restated
-- why: It happens to one day at a time. Users of the figures should know it. They are loaded as new vintages.
-- uses: restatements
select
    document_id,
    date,
    count(*) as yields_restated,
    arg_max(tenor, abs(value - value_before)) as most_restated_tenor,
    arg_max(value_before, abs(value - value_before)) as value_before,
    arg_max(value, abs(value - value_before)) as value
from restatements
where value is distinct from value_before
group by document_id, date
