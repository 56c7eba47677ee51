-- Newcomers that have at least 60 values, 20 of them different, in common with another series on the same days.
-- uses: incoming, newcomers, latest
with alike as materialized (
    select
        incoming.document_id,
        incoming.series_id,
        latest.series_id as other_series_id,
        count(*) as figures_alike,
        count(distinct incoming.value) as values_alike
    from incoming
    semi join newcomers on incoming.document_id = newcomers.document_id
    inner join latest
        on
            incoming.date = latest.date
            and incoming.value = latest.value
            and incoming.series_id <> latest.series_id
    group by incoming.document_id, incoming.series_id, latest.series_id
)

select
    document_id,
    series_id,
    other_series_id,
    figures_alike
from alike
where figures_alike >= 60 and values_alike >= 20
