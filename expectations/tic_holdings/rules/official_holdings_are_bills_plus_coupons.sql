-- severity: critical
-- scope: row
-- expected: table 5 and mfhhis01: foreign official = Treasury bills + T-bonds and notes
-- why: Three figures rounded to 0.1 are off by at most 0.15; measured: 0.1.
-- uses: news, major_sums
select
    news.row_number,
    news.document_id,
    news.holdings,
    sums.official_less_parts
from news
inner join major_sums as sums
    on
        news.document_id = sums.document_id
        and news.series = sums.series
        and news.month_end = sums.month_end
where news.country_code = '99990' and abs(sums.official_less_parts) > 0.15
