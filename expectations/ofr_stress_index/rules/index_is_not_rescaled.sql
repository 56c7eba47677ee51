-- severity: critical
-- scope: document
-- expected: the known figures of a component are not all restated by one factor, or by one amount
-- why: Five editions from 2018 to 2025 agree in every cell. A factor in all of them is another unit or another base.
-- advice: If the publisher announced it, add a line `accept` for this document and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: restatements
with changes as (
    select
        document_id,
        component,
        value,
        value_before,
        count(*) over components as figures_known,
        median(value / nullif(value_before, 0)) over components as factor,
        median(value - value_before) over components as shift
    from restatements
    window components as (partition by document_id, component)
)

select
    document_id,
    component,
    count(*) as figures_restated,
    any_value(factor) as factor,
    any_value(shift) as shift
from changes
where abs(value - value_before) > 1e-9
group by document_id, component
having
    figures_restated >= 20
    and figures_restated >= 0.5 * any_value(figures_known)
    and least(median(abs(value - factor * value_before)), median(abs(value - shift - value_before)))
    < 0.25 * median(abs(value - value_before))
