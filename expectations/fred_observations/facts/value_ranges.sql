-- The range of each series in each span of years, with types.
-- uses: seed_fred_value_ranges
select
    series_id,
    cast(since as date) as since,
    cast(lowest as double) as lowest,
    cast(highest as double) as highest
from seed_fred_value_ranges
