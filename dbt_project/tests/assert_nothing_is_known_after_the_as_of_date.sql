-- Returns marts with a figure that became known after the as-of date of the warehouse.
{{ config(meta={
    'description': 'No figure became known after the as-of date of the warehouse.',
    'dagster': {'ref': {'name': 'warehouse_info'}},
}) }}

with cutoff as (
    select known_before from {{ ref('stg_knowledge_cutoff') }}
),

known as (
    {% for mart in [
        'fct_holdings', 'fct_holdings_vintages', 'holdings_trend', 'holder_overtakes', 'holdings_concentration',
        'holdings_decomposition', 'holder_divergence', 'holdings_divergence_index', 'holdings_projection',
        'holdings_revisions', 'custody_view', 'stablecoin_footprint', 'thesis_scorecard',
        'fct_observations', 'fct_observation_vintages', 'fct_crypto_daily', 'liquidity_stress_daily',
        'liquidity_stress_monthly', 'stress_stage_daily', 'stress_indicator_daily', 'stress_episodes', 'stress_benchmarks',
        'curve_daily', 'net_liquidity_weekly',
        'crypto_sensitivity_daily', 'cascade_events', 'cascade_responses', 'cascade_significance', 'cascade_specifications',
        'cascade_order', 'cascade_lead_lag', 'foreign_flows'
    ] -%}
        select
            '{{ mart }}' as mart,
            max(known_at) as newest_known_at
        from {{ ref(mart) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
)

select known.*
from known
cross join cutoff
where known.newest_known_at >= cutoff.known_before
