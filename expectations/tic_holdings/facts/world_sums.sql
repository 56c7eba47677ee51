-- The Grand Total (99996) and the sums of its parts: regions with Canada and organizations, All Countries (69995) with
-- organizations (79995), official (99990) with other holders (99991).
-- uses: world_figures
with parts as (
    select
        *,
        country_code in ('19992', '29998', '39942', '34401', '49999', '59994', '69906', '79995') as is_region,
        country_code in ('69995', '79995') as is_half,
        country_code in ('99990', '99991') as is_holder
    from world_figures
)

select
    document_id,
    series,
    month_end,
    security_type,
    instrument,
    measure,
    max(figure) filter (where country_code = '99996') as grand_total,
    if(count(*) filter (where is_region) = 8, sum(figure) filter (where is_region), null) as sum_of_regions,
    if(count(*) filter (where is_half) = 2, sum(figure) filter (where is_half), null) as sum_of_halves,
    if(count(*) filter (where is_holder) = 2, sum(figure) filter (where is_holder), null) as sum_of_holders
from parts
group by document_id, series, month_end, security_type, instrument, measure
