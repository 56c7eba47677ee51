-- severity: critical
-- scope: row
-- expected: all long-term securities = Treasuries + agencies + corporate bonds + equities, to three million
-- why: By definition; four parts, each rounded to a million. All five are held, since each may be the wrong one.
-- uses: news, parts
select
    news.row_number,
    news.document_id,
    news.holdings,
    parts.total_holdings - parts.parts_holdings as holdings_off_by
from news
inner join parts
    on
        news.document_id = parts.document_id
        and news.country_code = parts.country_code
        and news.month_end = parts.month_end
where
    starts_with(news.series, 'for_lt_')
    and parts.parts_there = 4
    and (
        abs(parts.total_holdings - parts.parts_holdings) > 3
        or abs(parts.total_net_sales - parts.parts_net_sales) > 3
    )
