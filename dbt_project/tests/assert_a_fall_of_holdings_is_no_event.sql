-- A row returned is a kind of event that is made of holdings. They fall when prices fall: yields would seem to rise by it.
{{ config(meta={'dagster': {'ref': {'name': 'cascade_events'}}}) }}

select distinct event_type
from {{ ref('cascade_events') }}
where event_type like '%holding%' or event_type like '%valuation%'
union all
select distinct event_type
from {{ ref('cascade_responses') }}
where event_type like '%holding%' or event_type like '%valuation%'
