-- severity: warning
-- scope: document
-- expected: the median volume is within twentyfold of what is known of the 60 days around
-- why: Volumes of real months differ up to tenfold: Binance ended trading without fees in March 2023.
-- advice: Look whether another market was served.
-- uses: volume_against_known
select
    document_id,
    median_volume,
    known_median_volume
from volume_against_known
where ratio not between 0.05 and 20
