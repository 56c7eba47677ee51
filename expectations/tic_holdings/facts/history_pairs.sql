-- Figures that are in the history file (mfhhis01) and in table 3, in millions, with the release days of both: each
-- incoming document with the latest figures of the other file.
-- uses: incoming, latest, documents
with history as (
    select
        document_id,
        country_code,
        month_end,
        instrument,
        cast(holdings as double) * 1000 as holdings,
        released_on
    from incoming
    where series = 'mfhhis01' and holdings is not null
    union all
    select
        'known' as document_id,
        country_code,
        month_end,
        instrument,
        cast(holdings as double) * 1000 as holdings,
        released_on
    from latest
    where series = 'mfhhis01' and holdings is not null
),

table_3 as (
    select
        incoming.document_id,
        incoming.country_code,
        incoming.month_end,
        incoming.instrument,
        cast(incoming.holdings as double) as holdings,
        cast(documents.released_on as date) as released_on
    from incoming
    inner join documents on incoming.document_id = documents.document_id
    where incoming.series = 'slt_table3' and incoming.holdings is not null
    union all
    select
        'known' as document_id,
        country_code,
        month_end,
        instrument,
        cast(holdings as double) as holdings,
        max(released_on) over () as released_on
    from latest
    where series = 'slt_table3' and holdings is not null
)

select
    history.document_id as history_document_id,
    table_3.document_id as table_3_document_id,
    history.country_code,
    history.month_end,
    history.instrument,
    least(history.released_on, table_3.released_on) as first_released_on,
    greatest(history.released_on, table_3.released_on) as last_released_on,
    table_3.holdings - history.holdings as difference,
    table_3.holdings
from history
inner join table_3
    on
        history.country_code = table_3.country_code
        and history.month_end = table_3.month_end
        and history.instrument = table_3.instrument
        and (history.document_id = 'known') <> (table_3.document_id = 'known')
