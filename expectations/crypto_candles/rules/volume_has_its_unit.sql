-- severity: critical
-- scope: document
-- expected: the median volume is within a factor of 100 of the known volumes of the 60 days around
-- why: Volumes of real months differ by up to a factor of 10; a volume in dollars is thousands of times that in coins.
-- advice: Compare the column with the publisher's description.
-- uses: volume_against_known
select
    document_id,
    median_volume,
    known_median_volume
from volume_against_known
where ratio not between 0.01 and 100
