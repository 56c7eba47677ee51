-- Returns claims without a row, or with several rows, in the scorecard.
{{ config(meta={
    'description': 'Every claim has exactly one row in the scorecard.',
    'dagster': {'ref': {'name': 'thesis_scorecard'}},
}) }}

with claims as (
    select * from {{ ref('claims') }}
),

judged as (
    select
        claim_id,
        count(*) as rows_judged
    from {{ ref('thesis_scorecard') }}
    group by claim_id
)

select
    claims.claim_id,
    judged.rows_judged
from claims
left join judged on claims.claim_id = judged.claim_id
where judged.rows_judged is null or judged.rows_judged <> 1
