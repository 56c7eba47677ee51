-- The index of each document and day, and the sums of its five categories and three regions.
-- uses: offered, seed_ofr_series
select
    offered.document_id,
    offered.date,
    any_value(offered.value) filter (where series.kind = 'index') as whole,
    if(
        count(offered.value) filter (where series.kind = 'category') = 5,
        sum(offered.value) filter (where series.kind = 'category'),
        null
    ) as of_categories,
    if(
        count(offered.value) filter (where series.kind = 'region') = 3,
        sum(offered.value) filter (where series.kind = 'region'),
        null
    ) as of_regions
from offered
inner join seed_ofr_series as series on offered.component = series.component
group by offered.document_id, offered.date
