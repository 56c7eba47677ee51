-- Returns months and instruments whose Grand Total is not official plus other holders, within two million dollars (each is
-- rounded to a million), although all three come from one file: an error, or one that was only partly corrected.
{{ config(meta={
    'description': 'Official and other holders add up to the Grand Total of their file, within two million dollars.',
    'dagster': {'ref': {'name': 'fct_holdings'}},
}) }}

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
