-- Grain: one row per trading day and asset.
-- Days until the asset reached half of the largest move of the 20 days after, as if every day were an event.
with market_days as (
    select
        date,
        day_number,
        yield_move_bp,
        vix_change,
        sp500_return_pct,
        btc_return_pct,
        eth_return_pct
    from {{ ref('int_market_days') }}
),

usual as (
    select
        date,
        day_number,
        asset,
        stage_number,
        mean_move
    from {{ ref('int_cascade_windows') }}
    -- The price of a bond repeats its yield, and the credit spread cannot be timed within days: it moves mechanically when yields
    -- jump.
    where asset in ('ten_year_yield', 'vix', 'sp500', 'btc', 'eth') and abnormal_20 is not null
),

days_after as (
    select
        usual.date,
        usual.asset,
        usual.stage_number,
        market_days.day_number - usual.day_number as days_since,
        case usual.asset
            when 'ten_year_yield' then market_days.yield_move_bp
            when 'vix' then market_days.vix_change
            when 'sp500' then market_days.sp500_return_pct
            when 'btc' then market_days.btc_return_pct
            when 'eth' then market_days.eth_return_pct
        end - usual.mean_move as abnormal_move
    from usual
    inner join market_days on market_days.day_number between usual.day_number and usual.day_number + 20
),

paths as (
    select
        *,
        sum(abnormal_move) over (
            partition by date, asset order by days_since rows between unbounded preceding and current row
        ) as path_so_far
    from days_after
),

with_extreme as (
    select
        *,
        max(abs(path_so_far)) over (partition by date, asset) as extreme
    from paths
),

half_days as (
    select
        date,
        asset,
        stage_number,
        min(days_since) as days_to_half
    from with_extreme
    where abs(path_so_far) >= extreme / 2
    group by date, asset, stage_number
)

select
    date,
    asset,
    stage_number,
    days_to_half
from half_days
