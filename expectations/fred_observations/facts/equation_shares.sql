-- For each document and equation, the share of days on which the document's own figures do not fit the other figures of
-- the equation.
-- uses: equations, related_values, incoming, newcomers, incoming_treasury_par_yields
with statements as (
    select
        document_id,
        series_id as series,
        date,
        cast(value as double) as value
    from incoming
    semi join newcomers on incoming.document_id = newcomers.document_id
    where value is not null
    union all
    select
        document_id,
        tenor as series,
        date,
        cast(value as double) as value
    from incoming_treasury_par_yields
    where value is not null
),

members as (
    select
        series_id,
        minuend,
        date,
        difference,
        unnest([series_id, minuend, subtrahend]) as series,
        unnest([1, -1, 1]) as sign
    from equations
)

select
    statements.document_id,
    members.series_id,
    members.minuend,
    avg(
        if(abs(members.difference + members.sign * (statements.value - related_values.value)) > 0.005, 1, 0)
    ) as share_broken
from members
inner join statements on members.series = statements.series and members.date = statements.date
inner join related_values on members.series = related_values.series and members.date = related_values.date
group by statements.document_id, members.series_id, members.minuend
having count(*) >= 20
