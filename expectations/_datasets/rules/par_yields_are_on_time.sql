-- severity: warning
-- scope: dataset
-- expected: the par yield curve has the last business day of its year so far, with a tolerance of five days
-- why: Published on the same day; the longest pause without a fault is four days.
-- advice: Nothing, if the publisher has announced a reason. Otherwise check its page. The loaded figures stay valid.
-- uses: asked, raw.treasury_par_yields
with years as (
    select
        asked.source,
        asked.dataset,
        max(yields.date) as newest_day,
        any_value(least(asked.answered_on, make_date(cast(right(asked.dataset, 4) as integer), 12, 31))) as day_promised
    from asked
    inner join raw.treasury_par_yields as yields
        on year(yields.date) = try_cast(regexp_extract(asked.dataset, '/([0-9]{4})$', 1) as integer)
    where asked.raw_table = 'treasury_par_yields' and yields.value is not null
    group by asked.source, asked.dataset
)

select
    source,
    dataset,
    newest_day,
    day_promised,
    day_promised - newest_day as days_late
from years
where day_promised - newest_day > 5
