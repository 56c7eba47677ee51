-- Returns countries and months whose total is not long-term plus bills, within a million dollars, although all three come
-- from one file, unless the row was accepted.
{{ config(meta={
    'description': 'A total is its long-term holdings plus its bills, within a million dollars, if all three come from one file.',
    'dagster': {'ref': {'name': 'fct_holdings'}},
}) }}

with holdings as (
    select * from {{ ref('fct_holdings') }}
    where source_series in ('slt_table3', 'slt3d')
),

by_instrument as (
    select
        country_code,
        month_end,
        source_series,
        max(case when instrument = 'total' then holdings_usd_bn end) as total_usd_bn,
        max(case when instrument = 'long_term' then holdings_usd_bn end) as long_term_usd_bn,
        max(case when instrument = 'bills' then holdings_usd_bn end) as bills_usd_bn
    from holdings
    group by country_code, month_end, source_series
),

accepted as (
    select * from {{ ref('stg_corrections') }}
    where
        status = 'active' and action = 'accept' and source_table = 'tic_holdings'
        and rule in ('total_is_long_term_plus_bills', 'total_and_bills_are_said_together')
)

select
    by_instrument.country_code,
    by_instrument.month_end,
    by_instrument.source_series,
    by_instrument.total_usd_bn,
    by_instrument.long_term_usd_bn,
    by_instrument.bills_usd_bn
from by_instrument
left join accepted
    on
        coalesce(accepted.series, by_instrument.source_series) = by_instrument.source_series
        and coalesce(accepted.subject, by_instrument.country_code) = by_instrument.country_code
        and coalesce(accepted.period, by_instrument.month_end) = by_instrument.month_end
where
    accepted.correction_id is null
    and abs(by_instrument.total_usd_bn - by_instrument.long_term_usd_bn - by_instrument.bills_usd_bn) > 0.001
