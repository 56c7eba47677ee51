-- Newcomers that have at least 60 values, 20 of them different, in common with another series on the same days.
-- uses: offered, newcomers, latest
with alike as materialized (
    select
        offered.document_id,
        offered.series_id,
        latest.series_id as other_series_id,
        count(*) as figures_alike,
        count(distinct offered.value) as values_alike
    from offered
    semi join newcomers on offered.document_id = newcomers.document_id
    inner join latest
        on
            offered.date = latest.date
            and offered.value = latest.value
            and offered.series_id <> latest.series_id
    group by offered.document_id, offered.series_id, latest.series_id
)

select
    document_id,
    series_id,
    other_series_id,
    figures_alike
from alike
where figures_alike >= 60 and values_alike >= 20
