-- The distance of each yield from the line between the tenors on both sides, over the logarithm of time. A wrong yield
-- also bends the curve at its neighbors, but most at its own tenor: among neighbors, only the furthest is kept.
-- uses: curve
with sides as (
    select
        tenor,
        date,
        months,
        value,
        lag(value) over days as shorter,
        lag(months) over days as shorter_months,
        lead(value) over days as longer,
        lead(months) over days as longer_months
    from curve
    where months is not null
    window days as (partition by date order by months)
),

distances as (
    select
        tenor,
        date,
        months,
        abs(
            value - shorter
            - (longer - shorter) * ln(months / shorter_months) / ln(longer_months / shorter_months)
        ) as distance
    from sides
)

select
    tenor,
    date,
    round(distance, 4) as distance
from distances
qualify
    distance >= coalesce(lag(distance) over (partition by date order by months), 0)
    and distance >= coalesce(lead(distance) over (partition by date order by months), 0)
