-- severity: critical
-- scope: row
-- expected: mfhhis01 changes a year's figures only if its footer gives the year a new day of revision
-- why: All 76 changes between March and May 2026 are in 2025, as the footer states. A year without a footer has the day
--   of the release; for an old year, that day is not a sign of a revision.
-- uses: news, incoming, known, documents
with editions as (
    select
        incoming.document_id,
        incoming.document_rank,
        year(incoming.month_end) as data_year,
        max(incoming.released_on) as revised_on,
        max(incoming.released_on) = any_value(cast(documents.released_on as date))
        and data_year < year(any_value(documents.newest_period)) - 2 as is_without_footer
    from incoming
    inner join documents on incoming.document_id = documents.document_id
    where incoming.series = 'mfhhis01'
    group by incoming.document_id, incoming.document_rank, data_year
    union all
    select
        'known' as document_id,
        -1 as document_rank,
        year(month_end) as data_year,
        max(released_on) as revised_on,
        false as is_without_footer
    from known
    where series = 'mfhhis01'
    group by data_year
),

restated as (
    select *
    from editions
    qualify
        revised_on > lag(revised_on) over (partition by data_year order by document_rank)
        and not is_without_footer
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    news.holdings_before
from news
anti join restated
    on news.document_id = restated.document_id and year(news.month_end) = restated.data_year
where
    news.series = 'mfhhis01'
    and news.was_known
    and news.holdings is distinct from news.holdings_before
