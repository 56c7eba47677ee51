-- The index of each document and day, and the sums of its five categories and three regions.
-- uses: incoming, components
select
    incoming.document_id,
    incoming.date,
    any_value(incoming.value) filter (where components.kind = 'index') as whole,
    if(
        count(incoming.value) filter (where components.kind = 'category') = 5,
        sum(incoming.value) filter (where components.kind = 'category'),
        null
    ) as of_categories,
    if(
        count(incoming.value) filter (where components.kind = 'region') = 3,
        sum(incoming.value) filter (where components.kind = 'region'),
        null
    ) as of_regions
from incoming
inner join components on incoming.component = components.component
group by incoming.document_id, incoming.date
