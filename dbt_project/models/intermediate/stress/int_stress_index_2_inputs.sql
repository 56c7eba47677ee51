-- Grain: one row per input series, observation date and known_at.
-- Values from the time they became the newest known value of their series.
{% set series = [
    'DGS1MO', 'DGS2', 'DGS3MO', 'DGS10', 'DGS30', 'VIXCLS', 'SP500', 'BAA10Y', 'BAMLH0A0HYM2', 'BAMLC0A0CM', 'TEDRATE', 'SOFR',
    'SOFR99', 'IORB', 'DFF', 'DCPF3M', 'DTB3', 'WMTSECL1'
] %}
with catalogue as (
    select
        series_id,
        -- Maximum age of the newest value: two trading days without news, or a long weekend, plus its lag; two weeks for weekly
        -- series.
        case frequency when 'W' then 14 else 4 end + known_lag_days as longest_life_days
    from {{ ref('dim_series') }}
    where series_id in ('{{ series | join("', '") }}')
),

fred as (
    select
        vintages.series_id,
        vintages.date as observation_date,
        vintages.value,
        vintages.known_at,
        catalogue.longest_life_days
    from {{ ref('fct_observation_vintages') }} as vintages
    inner join catalogue on vintages.series_id = catalogue.series_id
    where vintages.value is not null
),

bitcoin as (
    select
        'BTC' as series_id,
        date as observation_date,
        close_usd as value,
        known_at,
        5 as longest_life_days
    from {{ ref('fct_crypto_daily') }}
    where symbol = 'BTC'
),

foreign_flows as (
    select
        'TIC_LONG_TERM_FLOW' as series_id,
        month_end as observation_date,
        net_purchases_3m_pct as value,
        known_at,
        120 as longest_life_days
    from {{ ref('int_foreign_demand') }}
),

everything as (
    select * from fred
    union all
    select * from bitcoin
    union all
    select * from foreign_flows
),

-- A revision of an older day is not the newest value: the index ignores it.
so_far as (
    select
        *,
        max(observation_date) over (
            partition by series_id order by known_at, observation_date rows between unbounded preceding and current row
        ) as newest_date
    from everything
)

select
    series_id,
    observation_date,
    value,
    known_at,
    longest_life_days
from so_far
where observation_date = newest_date
