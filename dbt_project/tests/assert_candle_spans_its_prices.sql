-- Returns days with a price below the low or above the high, unless the row was accepted.
{{ config(meta={
    'description': 'No price of a day is below its low or above its high.',
    'dagster': {'ref': {'name': 'fct_crypto_daily'}},
}) }}

with candles as (
    select
        symbol,
        date,
        open_usd,
        high_usd,
        low_usd,
        close_usd,
        venue
    from {{ ref('fct_crypto_daily') }}
    where
        low_usd > least(open_usd, close_usd, high_usd)
        or high_usd < greatest(open_usd, close_usd, low_usd)
),

accepted as (
    select * from {{ ref('stg_corrections') }}
    where
        status = 'active' and action = 'accept' and source_table = 'crypto_candles'
        and rule in ('low_is_lowest', 'high_is_highest')
)

select candles.*
from candles
left join accepted
    on
        coalesce(accepted.series, candles.venue) = candles.venue
        and coalesce(accepted.subject, candles.symbol) = candles.symbol
        and coalesce(accepted.period, candles.date) = candles.date
where accepted.correction_id is null
