-- severity: warning
-- scope: document
-- expected: the median volume is within a factor of 20 of the known volumes of the 60 days around
-- why: Volumes of real months differ by up to a factor of 10: Binance ended trading without fees in March 2023.
-- advice: Check whether the venue served another market.
-- uses: volume_against_known
select
    document_id,
    median_volume,
    known_median_volume
from volume_against_known
where ratio not between 0.05 and 20
