-- severity: critical
-- scope: document
-- expected: the median volume is within a hundredfold of what is known of the 60 days around
-- why: Volumes of real months differ up to tenfold; a volume in dollars is thousands of times that in coins.
-- advice: Compare the column with the publisher's description.
-- uses: volume_against_known
select
    document_id,
    median_volume,
    known_median_volume
from volume_against_known
where ratio not between 0.01 and 100
