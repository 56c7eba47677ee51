-- Grain: one row per event type and trading day.
-- Events of one type are at least 22 trading days apart. Since October 2015, when every asset can be followed.
with market_days as (
    select * from {{ ref('int_market_days') }}
    where date >= date '2015-10-01'
),

newest as (
    select max(day_number) as day_number
    from market_days
),

flows as (
    select * from {{ ref('int_foreign_flows') }}
    where flow_pct is not null
),

-- A month is an outflow if at most 12 of the last 120 flows are as low.
flow_ranks as (
    select
        flows.month_end,
        flows.flow_pct,
        flows.released_on,
        max(earlier.known_at) as known_at,
        sum(case when earlier.flow_pct <= flows.flow_pct then 1 else 0 end) as months_as_low
    from flows
    inner join flows as earlier
        on earlier.month_number between flows.month_number - 119 and flows.month_number
    group by flows.month_end, flows.flow_pct, flows.released_on
    having count(*) = 120
),

outflows as (
    select * from flow_ranks
    where months_as_low <= 12
),

custody as (
    select
        date,
        value - lag(value, 4) over (order by date) as change_usd_mn,
        max(known_at) over (order by date rows between 4 preceding and current row) as known_at
    from {{ ref('fct_observations') }}
    where series_id = 'WMTSECL1'
),

-- The lowest twentieth of all values so far, after two years.
custody_ranks as (
    select
        custody.date,
        custody.change_usd_mn,
        max(earlier.known_at) as known_at,
        sum(case when earlier.change_usd_mn <= custody.change_usd_mn then 1 else 0 end) as weeks_as_low,
        count(*) as weeks_seen
    from custody
    inner join custody as earlier on custody.date >= earlier.date
    where custody.change_usd_mn is not null and earlier.change_usd_mn is not null
    group by custody.date, custody.change_usd_mn
),

drops as (
    select * from custody_ranks
    where weeks_seen >= 104 and weeks_as_low <= 0.05 * weeks_seen
),

daily_candidates as (
    {% for event_type, condition in [
        ('yield_up_1_5', 'z_yield >= 1.5'),
        ('yield_up_2', 'z_yield >= 2'),
        ('yield_up_2_5', 'z_yield >= 2.5'),
        ('bond_equity_joint', 'z_yield >= 1 and z_equity <= -1'),
        ('equity_fall', 'z_equity <= -1 and z_yield is not null'),
        ('equity_fall_other', 'z_yield < 1 and z_equity <= -1'),
        ('equity_only', 'abs(z_yield) < 1 and z_equity <= -1'),
        ('flight', 'z_yield <= -1 and z_equity <= -1'),
        ('growth', 'z_yield >= 1 and z_equity >= 1')
    ] -%}
        select
            '{{ event_type }}' as event_type,
            date,
            day_number,
            date as about_date,
            cast(null as double) as flow_pct,
            cast(null as double) as custody_change_usd_bn,
            known_at
        from market_days
        where {{ condition }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
),

-- Each month twice: on its last trading day, when it was not known yet, and on the first trading day after its release. TIC comes
-- out at 16:00 in New York, when the yields of the day are fixed and the stock exchange closes.
outflow_candidates as (
    select
        'foreign_outflow_month' as event_type,
        max(market_days.date) as date,
        max(market_days.day_number) as day_number,
        outflows.month_end as about_date,
        outflows.flow_pct,
        cast(null as double) as custody_change_usd_bn,
        outflows.known_at
    from outflows
    inner join market_days
        on market_days.date between cast(outflows.month_end - interval '10 days' as date) and outflows.month_end
    group by outflows.month_end, outflows.flow_pct, outflows.known_at
    union all
    select
        'foreign_outflow_release' as event_type,
        min(market_days.date) as date,
        min(market_days.day_number) as day_number,
        outflows.month_end as about_date,
        outflows.flow_pct,
        cast(null as double) as custody_change_usd_bn,
        outflows.known_at
    from outflows
    inner join market_days
        on
            outflows.released_on < market_days.date
            and market_days.date <= cast(outflows.released_on + interval '10 days' as date)
    group by outflows.month_end, outflows.flow_pct, outflows.known_at
),

-- Wednesday's custody holdings are published on Thursday after the close. The event is the first day that could react.
custody_candidates as (
    select
        'custody_drop' as event_type,
        min(market_days.date) as date,
        min(market_days.day_number) as day_number,
        drops.date as about_date,
        cast(null as double) as flow_pct,
        cast(drops.change_usd_mn / 1000 as double) as custody_change_usd_bn,
        drops.known_at
    from drops
    inner join market_days
        on
            market_days.date > cast(drops.date + interval '1 day' as date)
            and market_days.date <= cast(drops.date + interval '11 days' as date)
    group by drops.date, drops.change_usd_mn, drops.known_at
),

candidates as (
    select * from daily_candidates
    union all
    select * from outflow_candidates
    union all
    select * from custody_candidates
),

-- Two candidates on one day are one event. If a release covers several months, the newest counts.
in_order as (
    select
        *,
        row_number() over (partition by event_type, day_number order by about_date desc) as recency
    from candidates
),

distinct_candidates as (
    select * from in_order
    where recency = 1
),

-- For each candidate, the first later one whose window does not overlap.
links as (
    select
        earlier.event_type,
        earlier.day_number,
        min(later.day_number) as next_day_number
    from distinct_candidates as earlier
    left join distinct_candidates as later
        on earlier.event_type = later.event_type and later.day_number > earlier.day_number + 21
    group by earlier.event_type, earlier.day_number
),

kept as (
    {{ chain_of_days('links', ['event_type']) }}
)

select
    candidates.event_type,
    candidates.date,
    candidates.about_date,
    market_days.stock_bond_correlation,
    candidates.flow_pct,
    candidates.custody_change_usd_bn,
    candidates.event_type || ' ' || cast(candidates.date as {{ dbt.type_string() }}) as event_id,
    candidates.event_type in (
        'yield_up_1_5', 'yield_up_2', 'yield_up_2_5', 'bond_equity_joint',
        'foreign_outflow_month', 'foreign_outflow_release', 'custody_drop'
    ) as is_of_the_thesis,
    round(market_days.z_yield, 6) as z_yield,
    round(market_days.z_equity, 6) as z_equity,
    case
        when market_days.stock_bond_correlation > 0 then 'positive' when market_days.stock_bond_correlation <= 0 then 'negative'
    end
        as stock_bond_regime,
    case
        when candidates.date < date '2020-01-01' then 'before_2020'
        when candidates.date < date '2022-01-01' then 'from_2020_to_2021'
        else 'since_2022'
    end as era,
    market_days.day_number + 20 <= newest.day_number as has_full_window,
    greatest(candidates.known_at, market_days.known_at) as known_at
from kept
inner join distinct_candidates as candidates
    on kept.event_type = candidates.event_type and kept.day_number = candidates.day_number
inner join market_days on kept.day_number = market_days.day_number
cross join newest
order by candidates.event_type, candidates.date
