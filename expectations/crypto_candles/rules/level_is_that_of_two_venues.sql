-- severity: critical
-- scope: document
-- expected: over 20 days or more since 2020, the median close is within 0.4 % of one of two other venues that agree to
--   0.2 %, unless another coin of the venue is as far away (the price of the dollar token)
-- why: Median of Binance against Coinbase at FRED on real files: 0.04 % to 0.1 % in each year since 2020. Prices that
--   were multiplied, for example by 1.005, are all equally far away.
-- advice: The prices do not belong to this address: fetch the document again.
-- uses: against_second_venue, extents
with distances as (
    select
        against_second_venue.document_id,
        against_second_venue.venue as other_venue,
        against_second_venue.median_log_ratio,
        extents.venue,
        extents.symbol,
        extents.quote
    from against_second_venue
    inner join extents on against_second_venue.document_id = extents.document_id
    where
        against_second_venue.days_compared >= 20
        and against_second_venue.median_distance is not null
        and extents.first_opened_at >= timestamp '2020-01-01'
),

alone as (
    select *
    from distances
    anti join distances as coins
        on
            distances.venue = coins.venue
            and distances.quote = coins.quote
            and distances.other_venue = coins.other_venue
            and distances.symbol != coins.symbol
            and abs(distances.median_log_ratio - coins.median_log_ratio) < 0.002
)

select
    document_id,
    string_agg(other_venue, ' and ' order by other_venue) as other_venues,
    exp(median(median_log_ratio)) as price_against_them
from alone
group by document_id
having
    count(*) >= 2
    and min(abs(median_log_ratio)) > 0.004
    and max(median_log_ratio) - min(median_log_ratio) < 0.002
