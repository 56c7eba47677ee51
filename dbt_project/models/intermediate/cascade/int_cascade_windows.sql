-- Grain: one row per trading day and asset.
-- Moves of each asset over the next 0 to 20 days, and its usual move before. Events and comparison days both use these windows.
{% set assets = [
    {'name': 'ten_year_yield', 'move': 'yield_move_bp', 'unit': 'bp', 'sign': 1, 'stage': 2},
    {'name': 'ten_year_price', 'move': 'bond_return_pct', 'unit': 'pct', 'sign': -1, 'stage': 3},
    {'name': 'funding_stress', 'move': 'funding_move', 'unit': 'score', 'sign': 1, 'stage': 4},
    {'name': 'baa_spread', 'move': 'baa_spread_move_bp', 'unit': 'bp', 'sign': 1, 'stage': 5},
    {'name': 'vix', 'move': 'vix_change', 'unit': 'points', 'sign': 1, 'stage': 6},
    {'name': 'sp500', 'move': 'sp500_return_pct', 'unit': 'pct', 'sign': -1, 'stage': 6},
    {'name': 'btc', 'move': 'btc_return_pct', 'unit': 'pct', 'sign': -1, 'stage': 7},
    {'name': 'eth', 'move': 'eth_return_pct', 'unit': 'pct', 'sign': -1, 'stage': 7}
] %}
{% set horizons = [0, 1, 5, 10, 20] %}
with funding as (
    select
        date,
        score,
        known_at
    from {{ ref('int_stress_index_6_stages') }}
    where stage = 'funding'
),

market_days as (
    select
        int_market_days.date,
        int_market_days.day_number,
        int_market_days.yield_move_bp,
        int_market_days.bond_return_pct,
        int_market_days.baa_spread_move_bp,
        int_market_days.vix_change,
        int_market_days.sp500_return_pct,
        int_market_days.btc_return_pct,
        int_market_days.eth_return_pct,
        greatest(
            int_market_days.values_known_at, coalesce(funding.known_at, int_market_days.values_known_at)
        ) as values_known_at,
        funding.score - lag(funding.score) over (order by int_market_days.date) as funding_move
    from {{ ref('int_market_days') }} as int_market_days
    left join funding on int_market_days.date = funding.date
    where int_market_days.date >= date '2014-06-01'
),

by_asset as (
    {% for asset in assets -%}
        select
            date,
            day_number,
            '{{ asset.name }}' as asset,
            {{ asset.stage }} as stage_number,
            '{{ asset.unit }}' as unit,
            {{ asset.sign }} as expected_sign,
            {{ asset.move }} as daily_move,
            sp500_return_pct,
            values_known_at
        from market_days
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
),

-- The usual move covers days -255 to -6: the days just before an event may belong to it.
windows as (
    select
        date,
        day_number,
        asset,
        stage_number,
        unit,
        expected_sign,
        count(*) over ahead_20 as days_ahead,
        case when count(daily_move) over usual >= 200 then avg(daily_move) over usual end as mean_move,
        case when count(daily_move) over year_before >= 202 then stddev_samp(daily_move) over year_before end as sigma,
        {% for horizon in horizons -%}
            case
                when count(daily_move) over ahead_{{ horizon }} = {{ horizon + 1 }} then sum(daily_move) over ahead_{{ horizon }}
            end as move_{{ horizon }},
            max(values_known_at) over known_{{ horizon }} as known_at_{{ horizon }},
        {% endfor -%}
        case
            when asset in ('btc', 'eth') and count(daily_move) over year_before >= 202
                then {{ finite('regr_slope(daily_move, sp500_return_pct) over year_before') }}
        end as beta
    from by_asset
    window
        {% for horizon in horizons -%}
            ahead_{{ horizon }} as (partition by asset order by date rows between current row and {{ horizon }} following),
            known_{{ horizon }} as (partition by asset order by date rows between 256 preceding and {{ horizon }} following),
        {% endfor -%}
        usual as (partition by asset order by date rows between 255 preceding and 6 preceding),
        year_before as (partition by asset order by date rows between 252 preceding and 1 preceding)
)

select
    date,
    day_number,
    asset,
    stage_number,
    unit,
    expected_sign,
    mean_move,
    sigma,
    beta,
    {% for horizon in horizons -%}
        move_{{ horizon }},
        known_at_{{ horizon }},
        move_{{ horizon }} - {{ horizon + 1 }} * mean_move as abnormal_{{ horizon }},
    {% endfor -%}
    days_ahead = 21 as has_full_window
from windows
where date >= date '2015-10-01'
