-- The lowest and the highest possible figure of each line.
-- uses: seed_observation_series
select
    published_name as security_type,
    cast(lowest as double) as lowest,
    cast(highest as double) as highest
from seed_observation_series
where source_table = 'treasury_debt'
