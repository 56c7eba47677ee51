-- severity: critical
-- scope: row
-- expected: long-term Treasuries in tables 1 and 3, of any releases, differ by less than a quarter, or less than 500
--   million
-- why: Between the releases of June and July 2026, 25 of 6,916 figures differ, by 0.4 per cent at most; the largest
--   revision of a position above a billion was 23 per cent, with the new form of November 2022.
-- uses: news, latest
with apart as (
    select
        news.document_id,
        news.country_code,
        news.month_end,
        max(abs(news.holdings - other.holdings)) as difference
    from news
    inner join latest as other
        on
            news.country_code = other.country_code
            and news.month_end = other.month_end
            and news.instrument = other.instrument
            and other.security_type = 'treasury'
            and other.series = if(news.series = 'slt_table1', 'slt_table3', 'slt_table1')
    where
        news.series in ('slt_table1', 'slt_table3')
        and news.security_type = 'treasury'
        and news.instrument = 'long_term'
        and abs(news.holdings - other.holdings) > 500
        and abs(news.holdings - other.holdings) > 0.25 * greatest(news.holdings, other.holdings)
    group by news.document_id, news.country_code, news.month_end
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    apart.difference
from news
inner join apart
    on
        news.document_id = apart.document_id
        and news.country_code = apart.country_code
        and news.month_end = apart.month_end
