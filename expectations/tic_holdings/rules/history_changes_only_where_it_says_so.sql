-- severity: critical
-- scope: row
-- expected: mfhhis01 changes a year's figures only if its footer gives the year a new day of revision
-- why: All 76 changes between March and May 2026 lie in 2025, and the footer says so.
-- uses: news, offered, known
with editions as (
    select
        document_id,
        document_rank,
        year(month_end) as data_year,
        max(released_on) as revised_on
    from offered
    where series = 'mfhhis01'
    group by document_id, document_rank, data_year
    union all
    select
        'known' as document_id,
        -1 as document_rank,
        year(month_end) as data_year,
        max(released_on) as revised_on
    from known
    where series = 'mfhhis01'
    group by data_year
),

restated as (
    select *
    from editions
    qualify revised_on > lag(revised_on) over (partition by data_year order by document_rank)
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
    and news.holdings is not null
