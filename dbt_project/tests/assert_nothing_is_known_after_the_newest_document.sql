-- Returns marts whose newest figure became known after the newest document was retrieved. Corrections are our own and known
-- from their own day.
{{ config(meta={
    'description': 'Nothing became known after the day on which the newest document was retrieved.',
    'dagster': {'ref': {'name': 'warehouse_info'}},
}) }}

with fetched as (
    select max(cast(retrieved_at as date)) as newest_day from {{ ref('stg_documents') }}
),

known as (
    {% for mart in ['fct_holdings_vintages', 'fct_observation_vintages'] -%}
        select
            '{{ mart }}' as mart,
            max(known_at) as newest_known_at
        from {{ ref(mart) }}
        where vintage_basis <> 'corrected'
        union all
    {% endfor -%}
    select
        'fct_crypto_daily' as mart,
        max(known_at) as newest_known_at
    from {{ ref('fct_crypto_daily') }}
    where venue <> 'coinbase_via_fred'
)

select
    known.*,
    fetched.newest_day as newest_document_fetched_on
from known
cross join fetched
where cast(known.newest_known_at as date) > fetched.newest_day
