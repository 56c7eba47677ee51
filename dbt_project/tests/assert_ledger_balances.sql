-- Returns documents whose ledger does not balance: rows parsed are not the sum of rows loaded, unchanged and quarantined,
-- or the numbers of rows in raw and quarantine differ from those in the ledger.
{{ config(meta={
    'description': 'Every row parsed from a document was loaded, unchanged or quarantined, and raw and quarantine hold as many rows as the ledger says.',
    'dagster': {'ref': {'name': 'warehouse_info'}},
}) }}

{%- set tables = described_tables()['raw_tables'] %}

with documents as (
    select * from {{ ref('stg_documents') }}
),

raw_rows as (
    {% for table in tables -%}
        select
            document_id,
            count(*) as rows_found
        from {{ source('raw', table) }}
        group by document_id
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

quarantined_rows as (
    {% for table in tables -%}
        select
            document_id,
            count(*) as rows_found
        from {{ source('quarantine', table) }}
        group by document_id
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

in_raw as (
    select
        document_id,
        sum(rows_found) as rows_in_raw
    from raw_rows
    group by document_id
),

in_quarantine as (
    select
        document_id,
        sum(rows_found) as rows_in_quarantine
    from quarantined_rows
    group by document_id
)

select
    documents.dataset,
    documents.status,
    documents.rows_parsed,
    documents.rows_loaded,
    documents.rows_unchanged,
    documents.rows_quarantined,
    documents.rows_retracted,
    in_raw.rows_in_raw,
    in_quarantine.rows_in_quarantine,
    coalesce(documents.document_id, in_raw.document_id, in_quarantine.document_id) as document_id
from documents
full outer join in_raw on documents.document_id = in_raw.document_id
full outer join in_quarantine on coalesce(documents.document_id, in_raw.document_id) = in_quarantine.document_id
where
    documents.document_id is null
    or documents.rows_parsed <> documents.rows_loaded + documents.rows_unchanged + documents.rows_quarantined
    or documents.rows_loaded + documents.rows_retracted <> coalesce(in_raw.rows_in_raw, 0)
    or documents.rows_quarantined <> coalesce(in_quarantine.rows_in_quarantine, 0)
