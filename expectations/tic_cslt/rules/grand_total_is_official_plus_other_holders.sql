-- severity: critical
-- scope: row
-- expected: Grand Total = foreign official + foreign non-official, holdings and net purchases, to two million
-- why: By definition (99996 = 99990 + 99991), each rounded to a million. All three rows are quarantined.
-- uses: news, totals
select
    news.row_number,
    news.document_id,
    news.holdings,
    totals.grand_holdings - totals.holders_holdings as holdings_off_by
from news
inner join totals
    on
        news.document_id = totals.document_id
        and news.series = totals.series
        and news.month_end = totals.month_end
where
    news.country_code in ('99990', '99991', '99996')
    and totals.holders_there = 2
    and (
        abs(totals.grand_holdings - totals.holders_holdings) > 2
        or abs(totals.grand_net_sales - totals.holders_net_sales) > 2
    )
