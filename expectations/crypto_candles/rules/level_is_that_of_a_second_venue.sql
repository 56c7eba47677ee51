-- severity: warning
-- scope: document
-- expected: over 20 days or more since 2020, the median close is within 0.4 % of the nearest other venue's
-- why: Median of Binance against Coinbase at FRED on real files: 0.04 % to 0.1 % in each year since 2020, the price of the
--   dollar token included.
-- advice: Compare both with a third venue: one of them may be multiplied or in another currency.
-- uses: against_second_venue, extents
with nearest as (
    select *
    from against_second_venue
    where days_compared >= 20 and median_distance is not null
    qualify row_number() over (partition by document_id order by median_distance, venue) = 1
)

select
    nearest.document_id,
    nearest.venue as second_venue,
    exp(nearest.median_log_ratio) as price_against_second_venue
from nearest
inner join extents on nearest.document_id = extents.document_id
where
    extents.first_opened_at >= timestamp '2020-01-01'
    and abs(exp(nearest.median_log_ratio) - 1) > 0.004
