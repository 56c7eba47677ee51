-- Grain: one row per pair of markets, regime and lag.
-- Correlation between the first market's move on day t and the second's on day t + lag, for lags of -10 to 10 trading days. Since
-- December 2014, when bitcoin starts.
with market_days as (
    select * from {{ ref('int_market_days') }}
    where date >= date '2014-12-01'
),

{% set pairs = [
    ('ten_year_yield', 'yield_move_bp', 'btc', 'btc_return_pct'),
    ('ten_year_yield', 'yield_move_bp', 'eth', 'eth_return_pct'),
    ('ten_year_yield', 'yield_move_bp', 'sp500', 'sp500_return_pct'),
    ('ten_year_yield', 'yield_move_bp', 'vix', 'vix_change'),
    ('sp500', 'sp500_return_pct', 'btc', 'btc_return_pct'),
    ('sp500', 'sp500_return_pct', 'eth', 'eth_return_pct'),
    ('vix', 'vix_change', 'btc', 'btc_return_pct'),
    ('baa_spread', 'baa_spread_move_bp', 'sp500', 'sp500_return_pct'),
    ('baa_spread', 'baa_spread_move_bp', 'btc', 'btc_return_pct')
] %}
lags as (
    select number - 11 as lag_days
    from {{ whole_numbers(21) }} as numbers
),

regimes as (
    select
        day_number,
        'all' as regime
    from market_days
    {% for regime, condition in [
        ('before_2020', "date < date '2020-01-01'"),
        ('since_2020', "date >= date '2020-01-01'"),
        ('since_2022', "date >= date '2022-01-01'"),
        ('stock_bond_positive', 'stock_bond_correlation > 0'),
        ('stock_bond_negative', 'stock_bond_correlation <= 0')
    ] -%}
        union all
        select
            day_number,
            '{{ regime }}' as regime
        from market_days
        where {{ condition }}
    {% endfor -%}
),

targets as (
    select
        market_days.*,
        lags.lag_days,
        market_days.day_number + lags.lag_days as later_day_number
    from market_days
    cross join lags
),

shifted as (
    select
        first_day.day_number,
        first_day.lag_days,
        first_day.yield_move_bp,
        first_day.sp500_return_pct,
        first_day.vix_change,
        first_day.baa_spread_move_bp,
        second_day.sp500_return_pct as later_sp500_return_pct,
        second_day.vix_change as later_vix_change,
        second_day.btc_return_pct as later_btc_return_pct,
        second_day.eth_return_pct as later_eth_return_pct,
        greatest(first_day.known_at, second_day.values_known_at) as known_at
    from targets as first_day
    inner join market_days as second_day on first_day.later_day_number = second_day.day_number
),

in_regimes as (
    select
        shifted.*,
        regimes.regime
    from shifted
    inner join regimes on shifted.day_number = regimes.day_number
),

correlated as (
    {% for first_asset, first_move, second_asset, second_move in pairs -%}
        select
            '{{ first_asset }}' as first_asset,
            '{{ second_asset }}' as second_asset,
            regime,
            lag_days,
            count({{ first_move }} + later_{{ second_move }}) as n_days,
            corr({{ first_move }}, later_{{ second_move }}) as move_correlation,
            max(case when {{ first_move }} + later_{{ second_move }} is not null then known_at end) as known_at
        from in_regimes
        group by regime, lag_days
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
),

-- A band needs a year of days. Two standard errors apply to a single lag, 3.038 to 21 lags together (5 %, two-sided).
banded as (
    select
        *,
        2 / sqrt(n_days) as band,
        3.038 / sqrt(n_days) as bonferroni_band
    from correlated
    where n_days >= 252 and {{ finite('move_correlation') }} is not null
),

ranked as (
    select
        *,
        row_number() over (
            partition by first_asset, second_asset, regime order by abs(move_correlation) desc, lag_days
        ) as place
    from banded
)

select
    first_asset,
    second_asset,
    regime,
    cast(lag_days as integer) as lag_days,
    cast(n_days as integer) as n_days,
    known_at,
    round(move_correlation, 6) as move_correlation,
    round(band, 6) as band,
    round(bonferroni_band, 6) as bonferroni_band,
    abs(move_correlation) > band as is_outside_band,
    abs(move_correlation) > bonferroni_band as is_outside_bonferroni_band,
    place = 1 and abs(move_correlation) > bonferroni_band as is_largest_and_outside
from ranked
order by first_asset, second_asset, regime, lag_days
