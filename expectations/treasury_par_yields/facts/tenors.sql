-- The tenors that the Treasury has published, by months, with FRED's series of the same yield and its bounds.
-- uses: seed_fred_identities, seed_fred_series
with listed as (
    select
        tenor,
        months
    from (
        values
        ('1 Mo', 1.0), ('1.5 Month', 1.5), ('2 Mo', 2), ('3 Mo', 3), ('4 Mo', 4), ('6 Mo', 6), ('1 Yr', 12),
        ('2 Yr', 24), ('3 Yr', 36), ('5 Yr', 60), ('7 Yr', 84), ('10 Yr', 120), ('20 Yr', 240), ('30 Yr', 360)
    ) as tenors (tenor, months)
)

select
    listed.tenor,
    listed.months,
    identities.series_id,
    cast(identities.equal_since as date) as equal_since,
    cast(series.largest_spike as double) as largest_spike,
    cast(series.largest_move as double) as largest_move,
    cast(series.longest_still as integer) as longest_still
from listed
left join seed_fred_identities as identities on listed.tenor = identities.minuend
left join seed_fred_series as series on identities.series_id = series.series_id
