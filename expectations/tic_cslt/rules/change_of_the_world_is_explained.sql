-- severity: critical
-- scope: row
-- expected: the change of a Grand Total = net purchases + valuation + other, and other is below a tenth of holdings
-- why: In the files of Bertaut and Judson (1984 to 2020) the largest other change of a month is 5.7 per cent, in
--   September 2011, when the form SLT began. A wrong sign or a shifted month leaves more.
-- uses: news, incoming
select
    news.row_number,
    news.document_id,
    news.holdings,
    before.holdings as holdings_month_before,
    news.net_sales,
    news.valuation_change
from news
inner join incoming as before
    on
        news.document_id = before.document_id
        and news.series = before.series
        and news.country_code = before.country_code
        and news.month_end = last_day(before.month_end + 1)
where
    news.country_code = '99996'
    and starts_with(news.series, 'for_lt_')
    and abs(news.holdings - before.holdings - news.net_sales - news.valuation_change) > 0.1 * before.holdings
