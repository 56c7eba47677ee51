-- Grain: one row per event type of the thesis and asset.
-- Days each asset took to reach half of its largest move, and whether the order of the assets is one that other days do not show.
{% set draws = 500 %}
{% set shifts = 400 %}
{% set seed = var('cascade_seed') %}
with events as (
    select
        event_type,
        date,
        known_at
    from {{ ref('cascade_events') }}
    where has_full_window and is_of_the_thesis
),

usual as (
    select
        date,
        asset,
        abnormal_0,
        abnormal_5,
        known_at_20
    from {{ ref('int_cascade_windows') }}
    where abnormal_20 is not null
),

half_days_of_all as (
    select * from {{ ref('int_cascade_half_days') }}
),

half_days as (
    select
        events.event_type,
        half_days_of_all.date,
        half_days_of_all.asset,
        half_days_of_all.stage_number,
        half_days_of_all.days_to_half
    from events
    inner join half_days_of_all on events.date = half_days_of_all.date
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

drawn as (
    select
        picks.event_type,
        picks.draw,
        numbered.asset,
        numbered.stage_number,
        numbered.days_to_half
    from picks
    inner join numbered on picks.event_type = numbered.event_type and picks.place = numbered.place
),

-- Chance: assets that an event is defined by stay, the others are moved by the same number of days, around the end of the
-- history. Any path reaches half of its extreme at about the sixth day, and assets that are chosen because they jump on the day
-- itself reach it earlier, so tau is high without any relation.
calendar as (
    select
        date,
        row_number() over (order by date) - 1 as place,
        count(*) over () as n_days
    from (select distinct half_days_of_all.date from half_days_of_all) as all_days
),

moved as (
    select
        events.event_type,
        events.date,
        draws.number as shift_number,
        (
            calendar.place + 21
            + cast(floor({{ uniform_draw([seed, "'shift'", 'draws.number']) }} * (calendar.n_days - 42)) as bigint)
        ) % calendar.n_days as place
    from events
    inner join sizes on events.event_type = sizes.event_type
    inner join calendar on events.date = calendar.date
    cross join {{ whole_numbers(shifts) }} as draws
),

assets as (
    select distinct half_days_of_all.asset
    from half_days_of_all
),

-- One date per asset, so that the join is an equality.
shifted_dates as (
    select
        moved.event_type,
        assets.asset,
        -moved.shift_number as draw,
        case
            when assets.asset = 'ten_year_yield' and moved.event_type like 'yield_up%' then moved.date
            when assets.asset in ('ten_year_yield', 'sp500', 'vix') and moved.event_type = 'bond_equity_joint' then moved.date
            else calendar.date
        end as date
    from moved
    inner join calendar on moved.place = calendar.place
    cross join assets
),

shifted as (
    select
        shifted_dates.event_type,
        shifted_dates.draw,
        half_days_of_all.asset,
        half_days_of_all.stage_number,
        half_days_of_all.days_to_half
    from shifted_dates
    inner join half_days_of_all
        on shifted_dates.asset = half_days_of_all.asset and shifted_dates.date = half_days_of_all.date
),

medians as (
    select
        event_type,
        draw,
        asset,
        stage_number,
        {{ element_of(quantiles('days_to_half', [0.5]), 1) }} as median_days,
        count(*) as n_events
    from (
        select * from drawn
        union all
        select * from shifted
    ) as both_kinds
    group by event_type, draw, asset, stage_number
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

-- The share of shifts with as much of an order as the events.
by_chance as (
    select
        taus.event_type,
        avg(taus.kendall_tau) as mean_tau,
        (1.0e0 + count(case when taus.kendall_tau >= measured_tau.kendall_tau then 1 end)) / (1.0e0 + count(*)) as p
    from taus
    inner join measured_tau on taus.event_type = measured_tau.event_type
    where taus.draw < 0
    group by taus.event_type
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
    round(by_chance.mean_tau, 6) as kendall_tau_by_chance,
    round(by_chance.p, 6) as order_p,
    by_chance.p < 0.05 as is_order_beyond_chance,
    cast(bootstrap.draws as integer) as draws,
    cast(case when bootstrap.draws is not null then {{ seed }} end as integer) as seed,
    max(day_0_shares.known_at) over (partition by medians.event_type) as known_at
from medians
inner join day_0_shares on medians.event_type = day_0_shares.event_type and medians.asset = day_0_shares.asset
left join measured_tau on medians.event_type = measured_tau.event_type
left join bootstrap on medians.event_type = bootstrap.event_type
left join by_chance on medians.event_type = by_chance.event_type
where medians.draw = 0
order by medians.event_type, medians.stage_number, medians.asset
