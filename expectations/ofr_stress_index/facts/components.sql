-- The nine components of the index, with their kind and their bounds.
-- uses: seed_observation_series
select
    published_name as component,
    kind,
    cast(lowest as double) as lowest,
    cast(highest as double) as highest
from seed_observation_series
where source_table = 'ofr_stress_index'
