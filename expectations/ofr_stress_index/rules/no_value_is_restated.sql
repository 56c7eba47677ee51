-- severity: warning
-- scope: document
-- expected: no known figure is restated
-- why: Five editions from 2018 to 2025 agree in every cell. Whoever used the figures should know. They are loaded as new
--   vintages.
-- uses: restatements
select
    document_id,
    component,
    count(*) as figures_restated,
    arg_max(date, abs(value - value_before)) as most_restated_on,
    arg_max(value_before, abs(value - value_before)) as value_before,
    arg_max(value, abs(value - value_before)) as value
from restatements
where abs(value - value_before) > 1e-9
group by document_id, component
