-- Newcomers that have at least 60 values, 20 of them distinct, in common with another series on the same days.
-- Distinct values are counted only for pairs with 60 in common: with thousands of series, most pairs have fewer.
-- uses: incoming, newcomers, latest
with pairs as materialized (
    select
        incoming.document_id,
        incoming.series_id,
        latest.series_id as other_series_id,
        count(*) as figures_alike
    from incoming
    semi join newcomers on incoming.document_id = newcomers.document_id
    inner join latest
        on
            incoming.date = latest.date
            and incoming.value = latest.value
            and incoming.series_id <> latest.series_id
    group by incoming.document_id, incoming.series_id, latest.series_id
    having count(*) >= 60
)

select
    pairs.document_id,
    pairs.series_id,
    pairs.other_series_id,
    pairs.figures_alike
from pairs
inner join incoming on pairs.document_id = incoming.document_id and pairs.series_id = incoming.series_id
inner join latest
    on
        pairs.other_series_id = latest.series_id
        and incoming.date = latest.date
        and incoming.value = latest.value
group by pairs.document_id, pairs.series_id, pairs.other_series_id, pairs.figures_alike
having count(distinct incoming.value) >= 20
