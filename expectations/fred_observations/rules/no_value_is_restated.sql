-- severity: warning
-- scope: document
-- expected: in a series that is never revised, no known value is restated
-- why: It happens to a few values at a time. Users of the figures should know it. They are loaded as new vintages.
-- uses: restatements
select
    document_id,
    series_id,
    count(*) as figures_restated,
    arg_max(date, abs(restatement)) as most_restated_on,
    arg_max(value_before, abs(restatement)) as value_before,
    arg_max(value, abs(restatement)) as value
from restatements
where value <> value_before and not is_revised
group by document_id, series_id
