-- For each figure of a broken equation, a score against it: the equations that it breaks, less those that it fulfills.
-- If a curve differs from several series, the curve is at fault, not all of them.
-- uses: equations, catalogue, latest_treasury_par_yields, new_figures
with members as (
    select
        series_id,
        minuend,
        unnest([series_id, minuend, subtrahend]) as series,
        date,
        difference,
        is_broken
    from equations
    where date in (select date from new_figures)
),

tenors_broken as (
    select
        members.date,
        count(distinct members.series) as tenors
    from members
    inner join latest_treasury_par_yields as curve on members.series = curve.tenor and members.date = curve.date
    where members.is_broken
    group by members.date
),

figures as (
    select
        members.series,
        members.date,
        greatest(
            sum(if(members.is_broken, 1, -1)),
            if(
                any_value(catalogue.series_id) is null and max(tenors_broken.tenors) >= 2,
                max(tenors_broken.tenors),
                -99
            )
        ) as suspicion
    from members
    left join catalogue on members.series = catalogue.series_id
    left join tenors_broken on members.date = tenors_broken.date
    where members.series is not null
    group by members.series, members.date
)

select
    members.series,
    members.date,
    members.difference,
    figures.suspicion,
    max(figures.suspicion) over (partition by members.series_id, members.minuend, members.date) as greatest_suspicion
from members
inner join figures on members.series = figures.series and members.date = figures.date
where members.is_broken
