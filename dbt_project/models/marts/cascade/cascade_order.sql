-- Grain: one row per event type of the thesis and asset.
-- Days each asset took to reach half of its largest move, and whether assets moved in the order of the thesis.
{% set draws = 500 %}
{% set seed = var('cascade_seed') %}
with events as (
    select
        event_type,
        date,
        known_at
    from {{ ref('cascade_events') }}
    where has_full_window and is_of_the_thesis
),

market_days as (
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
        mean_move,
        abnormal_0,
        abnormal_5,
        known_at_20
    from {{ ref('int_cascade_windows') }}
    -- The price of a bond repeats its yield, and the credit spread cannot be timed within days: it moves mechanically when yields
    -- jump.
    where asset in ('ten_year_yield', 'vix', 'sp500', 'btc', 'eth') and abnormal_20 is not null
),

days_after as (
    select
        events.event_type,
        events.date,
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
    from events
    inner join usual on events.date = usual.date
    inner join market_days on market_days.day_number between usual.day_number and usual.day_number + 20
),

paths as (
    select
        *,
        sum(abnormal_move) over (
            partition by event_type, date, asset order by days_since rows between unbounded preceding and current row
        ) as path_so_far
    from days_after
),

with_extreme as (
    select
        *,
        max(abs(path_so_far)) over (partition by event_type, date, asset) as extreme
    from paths
),

half_days as (
    select
        event_type,
        date,
        asset,
        stage_number,
        min(days_since) as days_to_half
    from with_extreme
    where abs(path_so_far) >= extreme / 2
    group by event_type, date, asset, stage_number
),

numbered as (
    select
        *,
        dense_rank() over (partition by event_type order by date) as place
    from half_days
),

sizes as (
    select
        event_type,
        max(place) as n_events
    from numbered
    group by event_type
    having max(place) >= 5
),

-- Draw 0 contains the events themselves.
picks as (
    select
        event_type,
        0 as draw,
        1 as pick,
        place
    from (select distinct
        event_type,
        place
    from numbered) as places
    union all
    select
        sizes.event_type,
        draws.number as draw,
        picks.number as pick,
        1 + cast(
            floor({{ uniform_draw([seed, "'order'", 'sizes.event_type', 'draws.number', 'picks.number']) }} * sizes.n_events)
            as bigint
        ) as place
    from sizes
    cross join {{ whole_numbers(draws) }} as draws
    inner join {{ whole_numbers(500) }} as picks on sizes.n_events >= picks.number
),

medians as (
    select
        picks.event_type,
        picks.draw,
        numbered.asset,
        numbered.stage_number,
        {{ element_of(quantiles('numbered.days_to_half', [0.5]), 1) }} as median_days,
        count(*) as n_events
    from picks
    inner join numbered on picks.event_type = numbered.event_type and picks.place = numbered.place
    group by picks.event_type, picks.draw, numbered.asset, numbered.stage_number
),

-- Kendall's tau over pairs of assets from different stages: 1 if the later stage reaches half of its move later.
taus as (
    select
        earlier.event_type,
        earlier.draw,
        avg(cast(sign(later.median_days - earlier.median_days) as double)) as kendall_tau
    from medians as earlier
    inner join medians as later
        on
            earlier.event_type = later.event_type
            and earlier.draw = later.draw
            and earlier.stage_number < later.stage_number
    group by earlier.event_type, earlier.draw
),

measured_tau as (
    select
        taus.event_type,
        taus.kendall_tau
    from taus
    inner join sizes on taus.event_type = sizes.event_type
    where taus.draw = 0
),

bootstrap as (
    select
        event_type,
        count(*) as draws,
        {{ quantiles('kendall_tau', [0.025, 0.975]) }} as bounds
    from taus
    where draw > 0
    group by event_type
),

day_0_shares as (
    select
        events.event_type,
        usual.asset,
        avg(usual.abnormal_0) / nullif(avg(usual.abnormal_5), 0) as day_0_share_of_5_days,
        max(greatest(events.known_at, usual.known_at_20)) as known_at
    from events
    inner join usual on events.date = usual.date
    group by events.event_type, usual.asset
)

select
    medians.event_type,
    medians.asset,
    cast(medians.stage_number as integer) as stage_number,
    cast(medians.n_events as integer) as n_events,
    medians.median_days as median_days_to_half,
    round(day_0_shares.day_0_share_of_5_days, 6) as day_0_share_of_5_days,
    round(measured_tau.kendall_tau, 6) as kendall_tau,
    round({{ element_of('bootstrap.bounds', 1) }}, 6) as kendall_tau_low,
    round({{ element_of('bootstrap.bounds', 2) }}, 6) as kendall_tau_high,
    cast(bootstrap.draws as integer) as draws,
    cast(case when bootstrap.draws is not null then {{ seed }} end as integer) as seed,
    max(day_0_shares.known_at) over (partition by medians.event_type) as known_at
from medians
inner join day_0_shares on medians.event_type = day_0_shares.event_type and medians.asset = day_0_shares.asset
left join measured_tau on medians.event_type = measured_tau.event_type
left join bootstrap on medians.event_type = bootstrap.event_type
where medians.draw = 0
order by medians.event_type, medians.stage_number, medians.asset
