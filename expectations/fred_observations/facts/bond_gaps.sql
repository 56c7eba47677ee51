-- Bond days inside the span of a document's values without a value. No 30-year bonds were issued from February 2002 to
-- February 2006.
-- uses: incoming, catalogue, bond_days
with valued as (
    select
        incoming.document_id,
        incoming.series_id,
        incoming.date
    from incoming
    inner join catalogue on incoming.series_id = catalogue.series_id
    where incoming.value is not null and not incoming.is_dated and catalogue.is_bond
),

spans as (
    select
        document_id,
        series_id,
        min(date) as first_date,
        max(date) as newest_date
    from valued
    group by document_id, series_id
)

select
    spans.document_id,
    spans.series_id,
    count(*) as market_days_missing,
    max(bond_days.date) as newest_missing
from spans
inner join bond_days on bond_days.date between spans.first_date and spans.newest_date
anti join valued
    on
        spans.document_id = valued.document_id
        and spans.series_id = valued.series_id
        and bond_days.date = valued.date
where not (spans.series_id = 'DGS30' and bond_days.date between date '2002-02-19' and date '2006-02-08')
group by spans.document_id, spans.series_id
