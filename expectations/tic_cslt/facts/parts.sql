-- The families of foreign holdings next to each other, where a figure of the geography and month is news.
-- uses: news, offered
with touched as (
    select distinct
        document_id,
        country_code,
        month_end
    from news
    where starts_with(series, 'for_')
)

select
    offered.document_id,
    offered.country_code,
    offered.month_end,
    count(*) filter (where offered.series in ('for_lt_treas', 'for_lt_agcy', 'for_lt_corp', 'for_lt_eqty')) as parts_there,
    sum(offered.holdings) filter (where offered.series in ('for_lt_treas', 'for_lt_agcy', 'for_lt_corp', 'for_lt_eqty'))
        as parts_holdings,
    sum(offered.net_sales) filter (where offered.series in ('for_lt_treas', 'for_lt_agcy', 'for_lt_corp', 'for_lt_eqty'))
        as parts_net_sales,
    max(offered.holdings) filter (where offered.series = 'for_lt_total') as total_holdings,
    max(offered.net_sales) filter (where offered.series = 'for_lt_total') as total_net_sales,
    max(offered.holdings) filter (where offered.series = 'for_lt_treas') as coupons_holdings,
    max(offered.net_sales) filter (where offered.series = 'for_lt_treas') as coupons_net_sales,
    max(offered.holdings) filter (where offered.series = 'for_st_treas') as bills_holdings,
    max(offered.net_sales) filter (where offered.series = 'for_st_treas') as bills_net_sales,
    max(offered.holdings) filter (where offered.series = 'for_treas') as treasuries_holdings,
    max(offered.net_sales) filter (where offered.series = 'for_treas') as treasuries_net_sales
from offered
semi join touched
    on
        offered.document_id = touched.document_id
        and offered.country_code = touched.country_code
        and offered.month_end = touched.month_end
where starts_with(offered.series, 'for_')
group by offered.document_id, offered.country_code, offered.month_end
