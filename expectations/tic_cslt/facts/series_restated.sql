-- Of each series with two years of known figures: how many changed, and how many changed beyond what a survey brings.
-- uses: incoming
select
    document_id,
    series,
    country_code,
    count(*) as figures_known,
    count(*) filter (where is_news) as figures_changed,
    count(*) filter (
        where abs(holdings - holdings_before) > 20 + 0.25 * abs(holdings_before)
        or abs(net_sales - net_sales_before) > 20 + 0.5 * abs(net_sales_before)
        or abs(valuation_change - valuation_change_before) > 20 + 0.5 * abs(valuation_change_before)
    ) as figures_replaced
from incoming
where was_known
group by document_id, series, country_code
having figures_known >= 24 and figures_changed > 0
