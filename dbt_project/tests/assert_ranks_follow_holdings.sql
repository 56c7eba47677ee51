-- Returns holders whose rank is not one below the next larger holder of the month and instrument, and groups with a rank.
{{ config(meta={
    'description': 'Ranks of holders have no gaps and follow their holdings, and groups have no rank.',
    'dagster': {'ref': {'name': 'holdings_trend'}},
}) }}

with ranked as (
    select
        country_code,
        month_end,
        instrument,
        holdings_usd_bn,
        holder_rank,
        lag(holder_rank) over holders as rank_before,
        lag(holdings_usd_bn) over holders as holdings_before_usd_bn
    from {{ ref('holdings_trend') }}
    where holder_rank is not null
    window holders as (partition by month_end, instrument order by holder_rank)
),

countries as (
    select * from {{ ref('dim_country') }}
)

select ranked.*
from ranked
inner join countries on ranked.country_code = countries.country_code
where
    ranked.holder_rank <> coalesce(ranked.rank_before, 0) + 1
    or ranked.holdings_usd_bn > ranked.holdings_before_usd_bn
    or countries.is_aggregate
