-- The values of all series that take part in an equation or in the curve, as if every incoming row were accepted.
-- uses: seed_fred_identities, maturities, latest, latest_treasury_par_yields
with related as (
    select distinct unnest([series_id, minuend, subtrahend]) as series from seed_fred_identities
    union
    select series from maturities
)

select
    latest.series_id as series,
    latest.date,
    cast(latest.value as double) as value
from latest
semi join related on latest.series_id = related.series
where latest.value is not null
union all
select
    tenor as series,
    date,
    cast(value as double) as value
from latest_treasury_par_yields
where value is not null
