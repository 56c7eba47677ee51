-- severity: critical
-- scope: document
-- expected: closes are nearest to the nearest other venue's closes of the same day, not of the day before or after
-- why: Median distance on real files: 4 to 65 bp on the same day, 130 to 170 a day off. A median of five days that is half
--   as far on the wrong day as on the right one was never chance. A document that is in step with other coins is not
--   shifted; then it is the second venue.
-- advice: The document is shifted by a day: fetch it again, and look for another time zone or another meaning of its
--   dates.
-- uses: against_second_venue, against_other_coins
with nearest as (
    select *
    from against_second_venue
    where days_compared >= 5 and median_distance is not null
    qualify row_number() over (partition by document_id order by median_distance, venue) = 1
)

select
    nearest.document_id,
    nearest.venue as second_venue,
    nearest.nearest_day as days_off,
    1e4 * nearest.median_distance as bp_on_the_day,
    1e4 * nearest.distance_of_other_days as bp_on_that_day
from nearest
left join against_other_coins on nearest.document_id = against_other_coins.document_id
where
    2 * nearest.distance_of_other_days < nearest.median_distance
    and nearest.nearest_day != 0
    and not coalesce(against_other_coins.is_in_step, false)
