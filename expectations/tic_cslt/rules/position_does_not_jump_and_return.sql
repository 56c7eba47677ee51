-- severity: critical
-- scope: row
-- expected: no position above 1 billion is eight times as large, or an eighth, in one month only
-- why: A digit too many in a part and in its sums breaks no identity. In table 1, table 3D and the files of Bertaut and
--   Judson the largest jump that returned is six to one. All families of the holder and month are held, since each may
--   have the wrong figure.
-- uses: news, incoming
with jumps as (
    select
        news.document_id,
        news.country_code,
        news.month_end,
        max(before.holdings) as holdings_month_before,
        max(news.holdings) as holdings_jumped,
        max(after.holdings) as holdings_month_after
    from news
    inner join incoming as before
        on
            news.document_id = before.document_id
            and news.series = before.series
            and news.country_code = before.country_code
            and before.month_end = last_day(news.month_end - interval '1 month')
    inner join incoming as after
        on
            news.document_id = after.document_id
            and news.series = after.series
            and news.country_code = after.country_code
            and after.month_end = last_day(news.month_end + interval '1 month')
    where
        starts_with(news.series, 'for_')
        and least(before.holdings, after.holdings) > 1000
        and abs(after.holdings - before.holdings) < 0.3 * before.holdings
        and (
            news.holdings > 8 * greatest(before.holdings, after.holdings)
            or 8 * news.holdings < least(before.holdings, after.holdings)
        )
    group by news.document_id, news.country_code, news.month_end
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    jumps.holdings_month_before,
    jumps.holdings_jumped,
    jumps.holdings_month_after
from news
inner join jumps
    on
        news.document_id = jumps.document_id
        and news.country_code = jumps.country_code
        and news.month_end = jumps.month_end
where starts_with(news.series, 'for_')
