-- The totals of each series and month: all, official and other holders, the regions, countries and organizations.
-- uses: news, incoming
with touched as (
    select distinct
        document_id,
        series,
        month_end
    from news
)

select
    incoming.document_id,
    incoming.series,
    incoming.month_end,
    max(incoming.holdings) filter (where incoming.country_code = '99996') as grand_holdings,
    max(incoming.net_sales) filter (where incoming.country_code = '99996') as grand_net_sales,
    count(*) filter (where incoming.country_code in ('99990', '99991')) as holders_there,
    sum(incoming.holdings) filter (where incoming.country_code in ('99990', '99991')) as holders_holdings,
    sum(incoming.net_sales) filter (where incoming.country_code in ('99990', '99991')) as holders_net_sales,
    count(*) filter (
        where incoming.country_code in ('19992', '29998', '39942', '34401', '49999', '59994', '69906')
    ) as regions_there,
    count(*) filter (where incoming.country_code = '88862') as unknown_there,
    sum(incoming.holdings) filter (
        where incoming.country_code in ('19992', '29998', '39942', '34401', '49999', '59994', '69906', '88862')
    ) as regions_holdings,
    max(incoming.holdings) filter (where incoming.country_code = '69995') as countries_holdings
from incoming
semi join touched
    on
        incoming.document_id = touched.document_id
        and incoming.series = touched.series
        and incoming.month_end = touched.month_end
where
    incoming.country_code in (
        '99990', '99991', '99996', '69995', '19992', '29998', '39942', '34401', '49999', '59994', '69906', '88862'
    )
group by incoming.document_id, incoming.series, incoming.month_end
