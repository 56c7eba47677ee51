-- The index of each document and day, and the sums of its five categories and three regions.
-- uses: offered, components
select
    offered.document_id,
    offered.date,
    any_value(offered.value) filter (where components.kind = 'index') as whole,
    if(
        count(offered.value) filter (where components.kind = 'category') = 5,
        sum(offered.value) filter (where components.kind = 'category'),
        null
    ) as of_categories,
    if(
        count(offered.value) filter (where components.kind = 'region') = 3,
        sum(offered.value) filter (where components.kind = 'region'),
        null
    ) as of_regions
from offered
inner join components on offered.component = components.component
group by offered.document_id, offered.date
