-- Grain: one row per warehouse.
-- As-of date, documents, and whether the warehouse is a simulation.
with cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

documents as (
    select
        count(*) filter (where status = 'loaded') as documents_loaded,
        max(cast(retrieved_at as date)) as newest_retrieval_on,
        coalesce(bool_or(is_simulated), false) as is_simulated
    from {{ ref('stg_documents') }}
),

holdings as (
    select max(month_end) as newest_holdings_month_end
    from {{ ref('int_holdings_vintages') }}
)

select
    cutoff.as_of,
    holdings.newest_holdings_month_end,
    documents.newest_retrieval_on,
    documents.documents_loaded,
    documents.is_simulated,
    case
        when documents.is_simulated
            then 'SIMULATION: built from the embedded sample. Its figures are made up around a few public anchors; quote none.'
        else 'Built from the publishers'' documents.'
    end as notice
from cutoff
cross join documents
cross join holdings
