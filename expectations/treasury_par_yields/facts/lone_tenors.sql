-- The tenors that FRED does not have, each with the value on the straight line between the nearest tenors that FRED
-- has.
-- uses: incoming, tenors, fred_yields
with placed as (
    select
        incoming.document_id,
        incoming.date,
        incoming.tenor,
        cast(incoming.value as double) as value,
        coalesce(
            tenors.months,
            cast(split_part(incoming.tenor, ' ', 1) as double) * if(incoming.tenor like '%Y%', 12, 1)
        ) as months,
        incoming.tenor in (select tenor from fred_yields) as is_on_fred
    from incoming
    left join tenors on incoming.tenor = tenors.tenor
    where incoming.value is not null
),

lines as (
    select
        lone.document_id,
        lone.date,
        lone.tenor,
        lone.months,
        lone.value,
        max_by(others.value, others.months) filter (where others.months < lone.months) as value_below,
        max(others.months) filter (where others.months < lone.months) as months_below,
        min_by(others.value, others.months) filter (where others.months > lone.months) as value_above,
        min(others.months) filter (where others.months > lone.months) as months_above
    from placed as lone
    inner join placed as others on lone.document_id = others.document_id and lone.date = others.date
    where not lone.is_on_fred and others.is_on_fred
    group by lone.document_id, lone.date, lone.tenor, lone.months, lone.value
)

select
    document_id,
    date,
    tenor,
    months,
    value,
    value_below + (value_above - value_below) * (months - months_below) / (months_above - months_below)
        as value_on_the_line
from lines
