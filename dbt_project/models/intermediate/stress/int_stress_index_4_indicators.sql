-- Grain: one row per trading day and indicator.
-- Value of the indicator from what was known by the end of the day; higher means more stress.
{% set inputs = [
    'DGS1MO', 'DGS2', 'DGS3MO', 'DGS10', 'DGS30', 'VIXCLS', 'SP500', 'BAA10Y', 'BAMLH0A0HYM2', 'BAMLC0A0CM', 'TEDRATE', 'SOFR',
    'SOFR99', 'IORB', 'DFF', 'DCPF3M', 'DTB3', 'WMTSECL1', 'BTC', 'TIC_LONG_TERM_FLOW'
] %}
{% set moving = ['DGS2', 'DGS10', 'DGS30', 'SP500', 'BTC'] %}
{% set indicators = [
    'net_foreign_sales_3m', 'custody_outflow_4w', 'volatility_10y', 'volatility_30y', 'volatility_slope', 'bond_loss_21d',
    'stock_bond_correlation_63d', 'ted_spread', 'commercial_paper_spread', 'repo_spread', 'repo_tail', 'bill_richness', 'baa_spread',
    'baa_spread_rise_21d', 'high_yield_spread', 'high_yield_spread_rise_21d', 'investment_grade_spread', 'vix', 'equity_volatility',
    'equity_drawdown', 'bitcoin_volatility', 'bitcoin_drawdown', 'bitcoin_loss_21d'
] %}
with days as (
    select * from {{ ref('int_stress_index_1_days') }}
),

panel as (
    select * from {{ ref('int_stress_index_3_panel') }}
),

listed as (
    select * from {{ ref('stress_indicators') }}
),

-- One row per day, null if nothing is known.
wide as (
    select
        {% for series in inputs -%}
            max(case when panel.series_id = '{{ series }}' then panel.value end) as {{ series | lower }},
        {% endfor -%}
        {% for series in moving -%}
            max(case when panel.series_id = '{{ series }}' then panel.observation_date end) as {{ series | lower }}_date,
        {% endfor -%}
        days.date
    from days
    left join panel on days.date = panel.date
    group by days.date
),

before as (
    select
        *,
        lag(dgs10) over in_order as dgs10_before,
        lag(dgs2) over in_order as dgs2_before,
        lag(dgs30) over in_order as dgs30_before,
        lag(sp500) over in_order as sp500_before,
        lag(btc) over in_order as btc_before,
        dgs10_date > lag(dgs10_date) over in_order as has_new_dgs10,
        dgs2_date > lag(dgs2_date) over in_order as has_new_dgs2,
        dgs30_date > lag(dgs30_date) over in_order as has_new_dgs30,
        sp500_date > lag(sp500_date) over in_order as has_new_sp500,
        btc_date > lag(btc_date) over in_order as has_new_btc
    from wide
    window in_order as (order by date)
),

-- A value that is carried on is no move of zero.
moves as (
    select
        *,
        case when has_new_dgs10 then 100 * (dgs10 - dgs10_before) end as move_10y,
        case when has_new_dgs30 then 100 * (dgs30 - dgs30_before) end as move_30y,
        case
            when has_new_dgs10 and has_new_dgs2 then 100 * (dgs10 - dgs10_before - dgs2 + dgs2_before)
        end as move_slope,
        case when has_new_sp500 and sp500 > 0 and sp500_before > 0 then ln(sp500 / sp500_before) end as equity_return,
        case when has_new_btc and btc > 0 and btc_before > 0 then ln(btc / btc_before) end as bitcoin_return,
        {{ par_bond_return('dgs10_before', 'dgs10', 10) }} as bond_return
    from before
),

both_returns as (
    select
        *,
        case when equity_return is not null and has_new_dgs10 then bond_return end as bond_return_with_equity,
        case when bond_return is not null and has_new_dgs10 then equity_return end as equity_return_with_bond
    from moves
),

-- Windows of trading days. A month needs 17 of 21 moves, a quarter 50 of 63, the high of a year half of its days.
measured as (
    select
        date,
        -tic_long_term_flow as net_foreign_sales_3m,
        -100 * (wmtsecl1 / nullif(lag(wmtsecl1, 20) over in_order, 0) - 1) as custody_outflow_4w,
        {% for yield in ['10y', '30y', 'slope'] -%}
            case
                when count(move_{{ yield }}) over month_window >= 17
                    then sqrt(252 * avg(move_{{ yield }} * move_{{ yield }}) over month_window)
            end as volatility_{{ yield }},
        {% endfor -%}
        case
            when count(bond_return) over month_window = 21 then -100 * {{ exact_sum('ln(1 + bond_return)', 'month_window') }}
        end as bond_loss_21d,
        case
            when count(bond_return_with_equity) over quarter_window >= 50
                then
                    covar_pop(bond_return_with_equity, equity_return_with_bond) over quarter_window
                    / nullif(
                        stddev_pop(bond_return_with_equity) over quarter_window
                        * stddev_pop(equity_return_with_bond) over quarter_window,
                        0
                    )
        end as stock_bond_correlation_63d,
        tedrate as ted_spread,
        dcpf3m - dtb3 as commercial_paper_spread,
        sofr - coalesce(iorb, dff) as repo_spread,
        sofr99 - sofr as repo_tail,
        dff - coalesce(dgs1mo, dgs3mo) as bill_richness,
        baa10y as baa_spread,
        baa10y - lag(baa10y, 21) over in_order as baa_spread_rise_21d,
        bamlh0a0hym2 as high_yield_spread,
        bamlh0a0hym2 - lag(bamlh0a0hym2, 21) over in_order as high_yield_spread_rise_21d,
        bamlc0a0cm as investment_grade_spread,
        vixcls as vix,
        case
            when count(equity_return) over month_window >= 17
                then 100 * sqrt(252 * avg(equity_return * equity_return) over month_window)
        end as equity_volatility,
        case
            when count(sp500) over year_window >= 126 then 100 * (1 - sp500 / max(sp500) over year_window)
        end as equity_drawdown,
        case
            when count(bitcoin_return) over month_window >= 17
                then 100 * sqrt(252 * avg(bitcoin_return * bitcoin_return) over month_window)
        end as bitcoin_volatility,
        case when count(btc) over year_window >= 126 then 100 * (1 - btc / max(btc) over year_window) end as bitcoin_drawdown,
        -100 * ln(btc / nullif(lag(btc, 21) over in_order, 0)) as bitcoin_loss_21d
    from both_returns
    window
        in_order as (order by date),
        month_window as (order by date rows between 20 preceding and current row),
        quarter_window as (order by date rows between 62 preceding and current row),
        year_window as (order by date rows between 251 preceding and current row)
),

-- Rounded, so that sums of the same moves in another order are equal and do not change ranks.
long as (
    {% for indicator in indicators -%}
        select
            date,
            '{{ indicator }}' as indicator,
            round({{ indicator }}, 9) as value
        from measured
        where {{ indicator }} is not null
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
)

select
    long.date,
    long.indicator,
    listed.stage,
    listed.unit,
    listed.series_id,
    listed.ranked_over,
    listed.lit_above,
    long.value,
    panel.observation_date,
    panel.known_at
from long
inner join listed on long.indicator = listed.indicator
inner join panel on long.date = panel.date and listed.series_id = panel.series_id
