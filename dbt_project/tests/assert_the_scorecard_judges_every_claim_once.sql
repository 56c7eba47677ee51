-- A row returned is a claim of the seed that the scorecard does not judge, or more than once.
{{ config(meta={'dagster': {'ref': {'name': 'thesis_scorecard'}}}) }}

with claims as (
    select * from {{ ref('thesis_claims') }}
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
