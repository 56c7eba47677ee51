-- FRED's figures of the same yields; those since 2022 are equal to the Treasury's.
-- uses: tenors, latest_fred_observations
select
    tenors.tenor,
    observations.date,
    observations.value,
    observations.date >= tenors.equal_since as is_equal
from latest_fred_observations as observations
inner join tenors on observations.series_id = tenors.series_id
where observations.value is not null
