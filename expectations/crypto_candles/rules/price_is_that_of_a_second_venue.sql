-- severity: critical
-- scope: document
-- expected: the median close is within 5 % of the nearest other venue's
-- why: Median of a year on real files: 0.04 % to 0.65 % (2017). Another coin, another currency or other units are far
--   outside.
-- advice: The prices do not belong to this address: fetch the document again.
-- uses: against_second_venue
with nearest as (
    select *
    from against_second_venue
    where days_compared >= 3 and median_distance is not null
    qualify row_number() over (partition by document_id order by median_distance, venue) = 1
)

select
    document_id,
    venue as second_venue,
    exp(median_log_ratio) as price_against_second_venue
from nearest
where exp(median_log_ratio) not between 0.95 and 1.05
