-- The totals of each series and month: all, official and other holders, the regions, countries and organizations.
-- uses: news, offered
with touched as (
    select distinct
        document_id,
        series,
        month_end
    from news
)

select
    offered.document_id,
    offered.series,
    offered.month_end,
    max(offered.holdings) filter (where offered.country_code = '99996') as grand_holdings,
    max(offered.net_sales) filter (where offered.country_code = '99996') as grand_net_sales,
    count(*) filter (where offered.country_code in ('99990', '99991')) as holders_there,
    sum(offered.holdings) filter (where offered.country_code in ('99990', '99991')) as holders_holdings,
    sum(offered.net_sales) filter (where offered.country_code in ('99990', '99991')) as holders_net_sales,
    count(*) filter (
        where offered.country_code in ('19992', '29998', '39942', '34401', '49999', '59994', '69906')
    ) as regions_there,
    count(*) filter (where offered.country_code = '88862') as unknown_there,
    sum(offered.holdings) filter (
        where offered.country_code in ('19992', '29998', '39942', '34401', '49999', '59994', '69906', '88862')
    ) as regions_holdings,
    max(offered.holdings) filter (where offered.country_code = '69995') as countries_holdings
from offered
semi join touched
    on
        offered.document_id = touched.document_id
        and offered.series = touched.series
        and offered.month_end = touched.month_end
where
    offered.country_code in (
        '99990', '99991', '99996', '69995', '19992', '29998', '39942', '34401', '49999', '59994', '69906', '88862'
    )
group by offered.document_id, offered.series, offered.month_end
