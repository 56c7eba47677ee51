-- severity: critical
-- scope: document
-- expected: the known values of a component are not all restated by one factor
-- why: Other units or another base multiply every value by the same number, to the last printed digit; new estimates do
--   not.
-- advice: If the publisher announced a new version, add an `accept` line for this document and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: incoming
with restated as (
    select
        document_id,
        component,
        value,
        value_before,
        median(value / value_before) over (partition by document_id, component) as factor
    from incoming
    where abs(value_before) > 0.1 and value <> value_before
)

select
    document_id,
    component,
    any_value(factor) as factor,
    count(*) as values_restated
from restated
group by document_id, component
having
    values_restated >= 20
    and avg(abs(value - value_before)) > 0.003
    and count(*) filter (where abs(value - factor * value_before) <= 0.0011 + 0.0001 * abs(value_before))
    > 0.9 * values_restated
