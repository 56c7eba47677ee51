-- The correlation of a newcomer's moves with those of related series: on the same day, and one row earlier or later.
-- uses: incoming, newcomers, latest, kin_pairs
with moves as (
    select
        document_id,
        series_id,
        date,
        cast(value as double) - lag(cast(value as double)) over series as move,
        cast(lag(value) over series as double) - lag(cast(value as double), 2) over series as move_before,
        cast(lead(value) over series as double) - cast(value as double) as move_after
    from incoming
    semi join newcomers on incoming.document_id = newcomers.document_id
    where value is not null and series_id in (select series_id from kin_pairs)
    window series as (partition by document_id, series_id order by date)
),

moves_of_kin as (
    select
        series_id,
        date,
        cast(value as double) - lag(cast(value as double)) over (partition by series_id order by date) as move
    from latest
    where value is not null and series_id in (select series_id from kin_pairs)
)

select
    moves.document_id,
    kin_pairs.pair,
    any_value(kin_pairs.other_series_id) as kin,
    abs(corr(moves.move, moves_of_kin.move)) as same_day,
    greatest(abs(corr(moves.move_before, moves_of_kin.move)), abs(corr(moves.move_after, moves_of_kin.move)))
        as another_day
from kin_pairs
inner join moves on kin_pairs.series_id = moves.series_id
inner join moves_of_kin on kin_pairs.other_series_id = moves_of_kin.series_id and moves.date = moves_of_kin.date
group by moves.document_id, kin_pairs.pair
having count(*) >= 250
