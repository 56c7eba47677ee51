-- FRED's figures of the same yields; those since 2022 are equal to the Treasury's.
-- uses: tenors, latest_fred_observations
select
    tenors.tenor,
    observations.date,
    observations.value,
    observations.date >= tenors.equal_since as is_equal
from latest_fred_observations as observations
inner join tenors on observations.series_id = tenors.series_id
-- The name says so before the join: then only these series are looked up.
where observations.value is not null and observations.series_id like 'DGS%'
