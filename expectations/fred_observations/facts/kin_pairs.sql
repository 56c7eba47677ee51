-- Series whose daily moves correlate, each pair in both directions.
-- uses: seed_fred_kin
select
    series_id || ' and ' || kin as pair,
    series_id,
    kin as other_series_id
from seed_fred_kin
union all
select
    series_id || ' and ' || kin as pair,
    kin as series_id,
    series_id as other_series_id
from seed_fred_kin
