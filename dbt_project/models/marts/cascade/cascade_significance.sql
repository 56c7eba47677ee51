-- Grain: one row per event type, asset, horizon and period.
-- Average moves after events with a full window, and how often chance, or other days on which equities fell as much, gives moves
-- as large.
with measured as (
    select * from {{ ref('int_cascade_mean_moves') }}
),

placebo as (
    select * from {{ ref('int_cascade_placebo') }}
),

matched as (
    select
        matched_placebo.*,
        'bond_equity_joint' as event_type
    from {{ ref('int_cascade_matched_placebo') }} as matched_placebo
),

-- A move that selects the event is not evidence. Neither is a spread against a yield of five days ago before five days are over.
together as (
    select
        measured.*,
        placebo.n_pool,
        placebo.placebo_p,
        placebo.draws,
        placebo.seed,
        matched.n_control,
        matched.control_mean_move,
        matched.matched_gap,
        matched.matched_p,
        not(
            (
                measured.asset in ('ten_year_yield', 'ten_year_price')
                and measured.event_type not in ('foreign_outflow_month', 'foreign_outflow_release', 'custody_drop')
            )
            or (
                measured.asset in ('sp500', 'vix')
                and measured.event_type in ('bond_equity_joint', 'equity_fall_other', 'equity_only', 'flight', 'growth')
            )
            or (measured.asset = 'baa_spread' and measured.horizon_days < 5)
        ) as is_evidence,
        greatest(
            measured.known_at,
            coalesce(placebo.pool_known_at, measured.known_at),
            coalesce(matched.matched_known_at, measured.known_at)
        ) as all_known_at
    from measured
    left join placebo
        on
            measured.event_type = placebo.event_type
            and measured.period = placebo.period
            and measured.asset = placebo.asset
            and measured.horizon_days = placebo.horizon_days
    left join matched
        on
            measured.event_type = matched.event_type
            and measured.period = matched.period
            and measured.asset = matched.asset
            and measured.horizon_days = matched.horizon_days
),

-- A period with the same events as all periods is the same test: ether has no price before 2020.
flagged as (
    select
        *,
        coalesce(
            is_evidence
            and is_of_the_thesis
            and placebo_p is not null
            and (
                period = 'all'
                or n_events < max(case when period = 'all' then n_events end) over (
                    partition by event_type, asset, horizon_days
                )
            ), false
        ) as is_tested
    from together
),

-- Benjamini-Hochberg over all tests of the thesis: the false discovery rate of each result and all that are as significant.
ranked as (
    select
        *,
        row_number() over tests as place,
        count(*) over (partition by is_tested) as tests
    from flagged
    window tests as (partition by is_tested order by placebo_p, event_type, asset, horizon_days, period)
)

select
    event_type,
    asset,
    period,
    is_of_the_thesis,
    is_evidence,
    unit,
    cast(stage_number as integer) as stage_number,
    cast(expected_sign as integer) as expected_sign,
    cast(horizon_days as integer) as horizon_days,
    cast(n_events as integer) as n_events,
    cast(n_pool as integer) as n_pool,
    cast(case when is_tested then tests end as integer) as tests_in_grid,
    cast(n_control as integer) as n_control,
    cast(draws as integer) as draws,
    cast(seed as integer) as seed,
    all_known_at as known_at,
    round(mean_move, 6) as mean_move,
    round(mean_abnormal_move, 6) as mean_abnormal_move,
    round(median_abnormal_move, 6) as median_abnormal_move,
    round(mean_after_day_0, 6) as mean_after_day_0,
    round(share_expected_sign, 6) as share_expected_sign,
    round(mean_in_sigma, 6) as mean_in_sigma,
    round(mean_beyond_beta, 6) as mean_beyond_beta,
    round(placebo_p, 6) as placebo_p,
    case
        when is_tested
            then round(
                least(
                    1.0,
                    min(placebo_p * tests / place) over (
                        partition by is_tested order by place desc rows between unbounded preceding and current row
                    )
                ), 6
            )
    end as q_value,
    round(control_mean_move, 6) as control_mean_move,
    round(matched_gap, 6) as matched_gap,
    round(matched_p, 6) as matched_p
from ranked
order by event_type, period, stage_number, asset, horizon_days
