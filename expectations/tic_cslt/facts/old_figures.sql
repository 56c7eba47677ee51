-- Figures older than two years: how many were known, and how many an edition restates, by month of its release.
-- uses: documents, offered
select
    offered.document_id,
    extract(month from coalesce(documents.released_on, cast(documents.retrieved_at as date))) as release_month,
    count(*) as figures_known,
    count(*) filter (where offered.is_news) as figures_changed
from offered
inner join documents on offered.document_id = documents.document_id
where offered.was_known and offered.month_end < documents.newest_period - interval '24 months'
group by all
