-- Grain: one row per day with a ten-year yield.
-- The curve, its volatility, and the loss on a par bond.
{% set tenors = {
    'DGS1MO': 'yield_1m_pct', 'DGS3MO': 'yield_3m_pct', 'DGS6MO': 'yield_6m_pct', 'DGS1': 'yield_1y_pct', 'DGS2': 'yield_2y_pct',
    'DGS3': 'yield_3y_pct', 'DGS5': 'yield_5y_pct', 'DGS7': 'yield_7y_pct', 'DGS10': 'yield_10y_pct', 'DGS20': 'yield_20y_pct',
    'DGS30': 'yield_30y_pct', 'DFII10': 'real_yield_10y_pct', 'T10YIE': 'breakeven_10y_pct'
} %}
with observations as (
    select * from {{ ref('fct_observations') }}
    where
        value is not null
        and series_id in (
            {% for series in tenors -%}
                '{{ series }}'{{ ',' if not loop.last }}
            {% endfor %}
        )
),

curve as (
    select
        date,
        {% for series, column in tenors.items() -%}
            max(case when series_id = '{{ series }}' then value end) as {{ column }},
        {% endfor -%}
        max(known_at) as known_at
    from observations
    group by date
    having max(case when series_id = 'DGS10' then value end) is not null
),

before as (
    select
        *,
        lag(yield_2y_pct) over in_order as yield_2y_before,
        lag(yield_10y_pct) over in_order as yield_10y_before,
        lag(yield_30y_pct) over in_order as yield_30y_before
    from curve
    window in_order as (order by date)
),

moves as (
    select
        *,
        100 * (yield_2y_pct - yield_2y_before) as move_2y_bp,
        100 * (yield_10y_pct - yield_10y_before) as move_10y_bp,
        100 * (yield_30y_pct - yield_30y_before) as move_30y_bp,
        {{ par_bond_return('yield_10y_before', 'yield_10y_pct', 10) }} as bond_return
    from before
),

measured as (
    select
        *,
        {% for tenor in ['2y', '10y', '30y'] -%}
            case
                when count(move_{{ tenor }}_bp) over month_window >= 17
                    then sqrt(252 * avg(move_{{ tenor }}_bp * move_{{ tenor }}_bp) over month_window)
            end as yield_{{ tenor }}_volatility_bp,
        {% endfor -%}
        sum(ln(1 + bond_return)) over (order by date rows between unbounded preceding and current row) as log_price,
        case when count(bond_return) over week_window = 5 then sum(ln(1 + bond_return)) over week_window end as log_return_5d,
        case when count(bond_return) over month_window = 21 then sum(ln(1 + bond_return)) over month_window end as log_return_21d
    from moves
    window
        week_window as (order by date rows between 4 preceding and current row),
        month_window as (order by date rows between 20 preceding and current row)
)

select
    date,
    {% for column in tenors.values() -%}
        {{ column }},
    {% endfor %}
    move_10y_bp as yield_10y_move_bp,
    yield_2y_volatility_bp,
    yield_10y_volatility_bp,
    yield_30y_volatility_bp,
    known_at,
    100 * (yield_10y_pct - yield_2y_pct) as slope_2y_10y_bp,
    100 * (yield_10y_pct - yield_3m_pct) as slope_3m_10y_bp,
    100 * (yield_30y_pct - yield_5y_pct) as slope_5y_30y_bp,
    100 * exp(coalesce(log_price, 0)) as bond_10y_price_index,
    -100 * bond_return as collateral_loss_1d_pct,
    100 * (1 - exp(log_return_5d)) as collateral_loss_5d_pct,
    100 * (1 - exp(log_return_21d)) as collateral_loss_21d_pct
from measured
order by date
