-- Grain: one row per holder, month, instrument and known_at.
-- The published values that the nowcast learns from: all foreigners, official and private ones, and every country that has been
-- among the ten largest.
with vintages as (
    select * from {{ ref('fct_holdings_vintages') }}
),

largest as (
    select distinct country_code
    from {{ ref('int_holder_ranks') }}
    where instrument = 'total' and holder_rank <= 10 and month_end >= date '2009-01-01'
)

select
    vintages.country_code,
    vintages.month_end,
    vintages.instrument,
    vintages.known_at,
    cast(vintages.holdings_usd_bn as double) as holdings_usd_bn,
    cast(vintages.valuation_change_usd_bn as double) as valuation_change_usd_bn,
    vintages.is_break,
    vintages.vintage_basis
from vintages
left join largest on vintages.country_code = largest.country_code
where
    vintages.instrument in ('total', 'long_term')
    and vintages.month_end >= date '2008-12-31'
    and (vintages.country_code in ('99996', '99990', '99991') or largest.country_code is not null)
