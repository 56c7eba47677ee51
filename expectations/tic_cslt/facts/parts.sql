-- The families of foreign holdings next to each other, where a figure of the geography and month is news.
-- uses: news, incoming
with touched as (
    select distinct
        document_id,
        country_code,
        month_end
    from news
    where starts_with(series, 'for_')
)

select
    incoming.document_id,
    incoming.country_code,
    incoming.month_end,
    count(*) filter (where incoming.series in ('for_lt_treas', 'for_lt_agcy', 'for_lt_corp', 'for_lt_eqty')) as parts_there,
    sum(incoming.holdings) filter (where incoming.series in ('for_lt_treas', 'for_lt_agcy', 'for_lt_corp', 'for_lt_eqty'))
        as parts_holdings,
    sum(incoming.net_sales) filter (where incoming.series in ('for_lt_treas', 'for_lt_agcy', 'for_lt_corp', 'for_lt_eqty'))
        as parts_net_sales,
    max(incoming.holdings) filter (where incoming.series = 'for_lt_total') as total_holdings,
    max(incoming.net_sales) filter (where incoming.series = 'for_lt_total') as total_net_sales,
    max(incoming.holdings) filter (where incoming.series = 'for_lt_treas') as coupons_holdings,
    max(incoming.net_sales) filter (where incoming.series = 'for_lt_treas') as coupons_net_sales,
    max(incoming.holdings) filter (where incoming.series = 'for_st_treas') as bills_holdings,
    max(incoming.net_sales) filter (where incoming.series = 'for_st_treas') as bills_net_sales,
    max(incoming.holdings) filter (where incoming.series = 'for_treas') as treasuries_holdings,
    max(incoming.net_sales) filter (where incoming.series = 'for_treas') as treasuries_net_sales
from incoming
semi join touched
    on
        incoming.document_id = touched.document_id
        and incoming.country_code = touched.country_code
        and incoming.month_end = touched.month_end
where starts_with(incoming.series, 'for_')
group by incoming.document_id, incoming.country_code, incoming.month_end
