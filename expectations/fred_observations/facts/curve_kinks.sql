-- Bends of the curve that appear and disappear within a day. A wrong yield also bends the curve at its neighbors, but
-- less than at its own maturity. The end of the curve bends as much if the maturity before it is wrong, whose own bend
-- is then two thirds of that.
-- uses: curve_bends
with days as (
    select
        *,
        lag(bend) over days as previous,
        lead(bend) over days as following,
        -- The same maturities on both sides, on the day before and the day after.
        [
            coalesce(lag(shorter_months) over days, 0),
            coalesce(lag(longer_months) over days, 0),
            coalesce(lead(shorter_months) over days, 0),
            coalesce(lead(longer_months) over days, 0)
        ] = [shorter_months, coalesce(longer_months, 0), shorter_months, coalesce(longer_months, 0)] as is_same_curve
    from curve_bends
    where bend is not null
    window days as (partition by series order by date)
),

kinks as (
    select
        *,
        least(abs(bend - previous), abs(bend - following)) as kink,
        if(longer_months is null, 0.7, 1) * least(abs(bend - previous), abs(bend - following)) as weight
    from days
    where is_same_curve and (bend - previous) * (bend - following) > 0
)

select
    kinks.series,
    kinks.date,
    kinks.months,
    round(kinks.kink, 4) as kink
from kinks
anti join kinks as others
    on
        kinks.date = others.date
        and others.months in (kinks.shorter_months, kinks.longer_months)
        and kinks.weight < others.weight
where kinks.kink > if(kinks.months <= 6, 0.5, 0.3)
