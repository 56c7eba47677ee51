-- A row returned is a month and instrument whose Grand Total is not that of official and of other holders, to two million
-- (each is printed to the million), though all three are from one file: a slip, or one that is corrected by half.
{{ config(meta={'dagster': {'ref': {'name': 'fct_holdings'}}}) }}

with holdings as (
    select * from {{ ref('fct_holdings') }}
    where source_series in ('slt_table3', 'slt3d') and country_code in ('99990', '99991', '99996')
),

by_holder as (
    select
        month_end,
        instrument,
        source_series,
        max(case when country_code = '99996' then holdings_usd_bn end) as grand_total_usd_bn,
        max(case when country_code = '99990' then holdings_usd_bn end) as official_usd_bn,
        max(case when country_code = '99991' then holdings_usd_bn end) as other_usd_bn
    from holdings
    group by month_end, instrument, source_series
),

accepted as (
    select * from {{ ref('stg_corrections') }}
    where
        status = 'active' and action = 'accept' and source_table = 'tic_holdings'
        and rule = 'grand_total_is_official_plus_other_holders'
)

select
    by_holder.month_end,
    by_holder.instrument,
    by_holder.source_series,
    by_holder.grand_total_usd_bn,
    by_holder.official_usd_bn,
    by_holder.other_usd_bn
from by_holder
left join accepted
    on
        coalesce(accepted.series, by_holder.source_series) = by_holder.source_series
        and coalesce(accepted.period, by_holder.month_end) = by_holder.month_end
        and coalesce(accepted.subject, '99996') in ('99990', '99991', '99996')
where
    accepted.correction_id is null
    and abs(by_holder.grand_total_usd_bn - by_holder.official_usd_bn - by_holder.other_usd_bn) > 0.002
