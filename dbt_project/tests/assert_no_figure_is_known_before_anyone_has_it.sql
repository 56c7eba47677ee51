-- A row returned is a mart whose newest figure is known later than the day on which our newest document was fetched: what is
-- from no document of ours cannot be known yet. A correction is ours, and known from its own day.
{{ config(meta={'dagster': {'ref': {'name': 'warehouse_info'}}}) }}

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
