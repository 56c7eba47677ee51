-- Returns event types derived from holdings. Holdings fall when prices fall, so yields would seem to rise because of them.
{{ config(meta={
    'description': 'No event type is derived from holdings, which fall when prices do.',
    'dagster': {'ref': {'name': 'cascade_events'}},
}) }}

select distinct event_type
from {{ ref('cascade_events') }}
where event_type like '%holding%' or event_type like '%valuation%'
union all
select distinct event_type
from {{ ref('cascade_responses') }}
where event_type like '%holding%' or event_type like '%valuation%'
