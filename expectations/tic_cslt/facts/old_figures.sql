-- Figures older than two years: how many were known, and how many an edition restates, by month of its release.
-- uses: documents, incoming
select
    incoming.document_id,
    extract(month from coalesce(documents.released_on, cast(documents.retrieved_at as date))) as release_month,
    count(*) as figures_known,
    count(*) filter (where incoming.is_news) as figures_changed
from incoming
inner join documents on incoming.document_id = documents.document_id
where incoming.was_known and incoming.month_end < documents.newest_period - interval '24 months'
group by all
