-- The distance of each yield from the line between the maturities on both sides; for the longest one, from the previous
-- one.
-- uses: new_figures, maturities, related_values
with curves as (
    select
        related_values.series,
        related_values.date,
        maturities.months,
        related_values.value,
        lag(related_values.value) over curve as shorter,
        lag(maturities.months) over curve as shorter_months,
        lead(related_values.value) over curve as longer,
        lead(maturities.months) over curve as longer_months
    from related_values
    inner join maturities on related_values.series = maturities.series
    where related_values.date >= (select min(date) - 15 from new_figures)
    window curve as (partition by related_values.date order by maturities.months)
)

select
    series,
    date,
    months,
    shorter_months,
    longer_months,
    case
        when longer is not null
            then
                value - shorter
                - (longer - shorter) * ln(months / shorter_months) / ln(longer_months / shorter_months)
        when months = 360 then value - shorter
    end as bend
from curves
