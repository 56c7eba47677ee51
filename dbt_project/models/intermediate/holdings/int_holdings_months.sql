-- Grain: one row per month and instrument.
-- Whether every holder that matters has a figure in the month. Only complete months are ranked, summed and compared.
with months as (
    select distinct
        month_end,
        month_number,
        instrument
    from {{ ref('int_holdings_on_one_basis') }}
),

missing as (
    select
        month_end,
        instrument,
        count(*) as lines_missing,
        {{ dbt.listagg('country', "', '", 'order by last_holdings_usd_bn desc, country') }} as missing_countries
    from {{ ref('int_holdings_missing') }}
    where is_material
    group by month_end, instrument
)

select
    months.month_end,
    months.month_number,
    months.instrument,
    cast(coalesce(missing.lines_missing, 0) as integer) as lines_missing,
    missing.missing_countries,
    missing.lines_missing is null as is_month_complete
from months
left join missing on months.month_end = missing.month_end and months.instrument = missing.instrument
