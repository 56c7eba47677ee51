-- The documents of one release: tables 1, 3 and 5 are released together, so those with the same last month must agree.
-- Each incoming document with its sister tables.
-- uses: documents, known
with editions as (
    select
        dataset as series,
        newest_period,
        document_id,
        retrieved_at
    from documents
    where dataset in ('slt_table1', 'slt_table3', 'slt_table5')
    union all
    select
        series,
        max(month_end) as newest_period,
        'known ' || series as document_id,
        max(retrieved_at) as retrieved_at
    from known
    where series in ('slt_table1', 'slt_table3', 'slt_table5')
    group by series
),

last_editions as (
    select
        series,
        newest_period,
        arg_max(document_id, retrieved_at) as document_id
    from editions
    group by series, newest_period
)

select
    documents.document_id,
    documents.dataset as series,
    last_editions.document_id as sister_document_id,
    last_editions.series as sister_series
from documents
inner join last_editions
    on
        documents.newest_period = last_editions.newest_period
        and (
            (documents.dataset = 'slt_table3' and last_editions.series in ('slt_table1', 'slt_table5'))
            or (documents.dataset in ('slt_table1', 'slt_table5') and last_editions.series = 'slt_table3')
        )
