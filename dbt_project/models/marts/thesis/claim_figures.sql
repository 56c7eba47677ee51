-- Grain: one row per claim, as-of date and figure.
-- The figures behind each verdict, in the units that their names end with. A figure that is a month has no value.
{%- set numbers_of_holders = {
    'holdings_usd_bn': none,
    'peak_usd_bn': ['change_from_peak_pct'],
    'comparison_usd_bn': ['share_pct'],
    'lowest_survey_usd_bn': ['months_at_or_below'],
    'months_at_or_above': ['net_purchases'],
    'change_usd_bn': ['change', 'net_purchases'],
    'net_purchases_usd_bn': ['change', 'net_purchases'],
    'valuation_change_usd_bn': ['change', 'net_purchases'],
    'other_change_usd_bn': ['change', 'net_purchases'],
    'gap_usd_bn': ['chance_pct'],
    'holders_withdrawing': ['holders_both_ways'],
    'holders_strengthening': ['holders_both_ways'],
} %}
{%- set months_of_holders = {
    'last_lower': ('lower_month_end', ['years_at_low', 'low_year']),
    'last_higher': ('higher_month_end', ['years_at_high']),
} %}
{%- set numbers_of_markets = {
    'flow_yield_correlation': [
        'flow_correlation', 'flow_months', 'outflow_months', 'in_outflows_bp', 'in_others_bp'
    ],
    'matched_gap_of_bitcoin': [
        'joint_days', 'funding_change', 'funding_t', 'equity_gap_pct', 'equity_gap_p', 'btc_gap_pct', 'btc_gap_p', 'horizons',
        'horizons_of_falls', 'lowest_p', 'highest_p', 'specifications', 'significant_specifications'
    ],
    'bitcoin_to_equities': [
        'btc_move_pct', 'equity_move_pct', 'btc_in_sigma', 'equity_in_sigma', 'compared_horizons', 'horizons_btc_moved_more'
    ],
    'bitcoin_after_equities': ['btc_days_to_half', 'equity_days_to_half', 'order_p'],
    'bonds_falling_with_equities': [
        'falls', 'falls_with_bonds', 'bond_loss_pct', 'falls_since_2022', 'falls_with_bonds_since_2022'
    ],
} %}

with judged as (
    select * from {{ ref('thesis_scorecard') }}
    where verdict is not null
),

verdicts as (
    select * from {{ ref('int_thesis_verdicts') }}
),

statistics as (
    select * from {{ ref('int_thesis_market_statistics') }}
),

of_holders as (
    {%- for figure, measures in numbers_of_holders.items() %}
        select
            claim_number,
            '{{ figure }}' as figure,
            cast({{ figure }} as double) as number,
            claim_month_end as month_end
        from verdicts
        where
            {{ figure }} is not null
            {%- if measures is not none %}
                and measure in ('{{ measures | join("', '") }}')
            {%- endif %}
        union all
    {%- endfor %}
    {%- for figure, (month_end, measures) in months_of_holders.items() %}
        select
            claim_number,
            '{{ figure }}' as figure,
            cast(null as double) as number,
            {{ month_end }} as month_end
        from verdicts
        where
            {{ month_end }} is not null
            and measure in ('{{ measures | join("', '") }}')
        union all
    {%- endfor %}
    -- The newest month known on the day of the claim, where the claim does not hold for it.
    select
        claim_number,
        'newest_then_usd_bn' as figure,
        cast(newest_then_usd_bn as double) as number,
        newest_month_then as month_end
    from verdicts
    where has_newer_month and not held_for_newest
),

of_markets as (
    {%- for measure, figures in numbers_of_markets.items() %}
        {%- for figure in figures %}
            select
                '{{ measure }}' as measure,
                '{{ figure }}' as figure,
                cast({{ figure }} as double) as number,
                {{ 'newest_flow_month_end' if figure == 'flow_months' else 'cast(null as date)' }} as month_end
            from statistics
            where {{ figure }} is not null
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

together as (
    select
        claim_number,
        figure,
        number,
        month_end,
        false as is_about_markets
    from of_holders
    union all
    select
        judged.claim_number,
        of_markets.figure,
        of_markets.number,
        of_markets.month_end,
        true as is_about_markets
    from judged
    inner join of_markets on judged.measure = of_markets.measure
)

select
    judged.claim_number,
    judged.claim_id,
    judged.as_of,
    judged.measure,
    together.figure,
    together.number,
    together.month_end,
    together.is_about_markets
from judged
inner join together on judged.claim_number = together.claim_number
order by judged.claim_number, together.figure
