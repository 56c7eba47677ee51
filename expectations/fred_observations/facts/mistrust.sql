-- A score of how badly each document fits its name: values outside the ranges of its years, another first day; negative
-- if an equation or its known history confirms it.
-- uses: incoming, doubles, value_ranges, catalogue, newcomers, witnesses
with outside as (
    select
        incoming.document_id,
        avg(
            if(cast(incoming.value as double) between value_ranges.lowest and value_ranges.highest, 0, 1)
        ) as share_outside
    from incoming
    asof inner join value_ranges
        on incoming.series_id = value_ranges.series_id and incoming.date >= value_ranges.since
    where incoming.value is not null and incoming.document_id in (select document_id from doubles)
    group by incoming.document_id
),

supported as (
    select distinct document_id
    from witnesses
    where is_for and kind = 'equation'
),

spans as (
    select
        document_id,
        series_id,
        min(date) as first_date
    from incoming
    where value is not null and not is_dated
    group by document_id, series_id
)

select
    spans.document_id,
    spans.series_id,
    if(coalesce(outside.share_outside, 0) > 0.02, 2, 0)
    + if(spans.first_date = catalogue.first_date, 0, 1)
    + if(supported.document_id is not null or newcomers.document_id is null, -5, 0) as mistrust
from spans
inner join catalogue on spans.series_id = catalogue.series_id
left join outside on spans.document_id = outside.document_id
left join supported on spans.document_id = supported.document_id
left join newcomers on spans.document_id = newcomers.document_id
