-- severity: critical
-- scope: document
-- expected: closes fit the nearest other venue's closes of the same day better than those of the day before or after
-- why: Median distance on real files: 4 to 65 bp on the same day, 130 to 170 one day off. It never happened by chance
--   that the median of five days was half as far on the wrong day as on the right one. A document that is in step with
--   other coins is not shifted; then the second venue is.
-- advice: The document is shifted by a day. Fetch it again, and check its time zone and the meaning of its dates.
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
