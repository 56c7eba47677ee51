-- severity: critical
-- scope: row
-- expected: all Treasuries = long-term + short-term, holdings and net purchases, to two million
-- why: `treas` is defined as the sum of `lt_treas` and `st_treas`; each is rounded to a million. All three are held,
--   since each may be the wrong one.
-- uses: news, parts
select
    news.row_number,
    news.document_id,
    news.holdings,
    parts.treasuries_holdings - parts.coupons_holdings - parts.bills_holdings as holdings_off_by
from news
inner join parts
    on
        news.document_id = parts.document_id
        and news.country_code = parts.country_code
        and news.month_end = parts.month_end
where
    news.series in ('for_treas', 'for_lt_treas', 'for_st_treas')
    and (
        abs(parts.treasuries_holdings - parts.coupons_holdings - parts.bills_holdings) > 2
        or abs(parts.treasuries_net_sales - parts.coupons_net_sales - parts.bills_net_sales) > 2
    )
