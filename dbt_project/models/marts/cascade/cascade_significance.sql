-- Grain: an event type, an asset, a horizon and a period: what the asset did on average after the events with a full window, and
-- how often as many days drawn by chance, or other days on which equities fell as much, would have shown as much.
{% set draws = 2000 %}
{% set seed = 20151001 %}
{% set horizons = [0, 1, 5, 10, 20] %}
with periods as (
    select
        'all' as period,
        date '2015-10-01' as first_day,
        date '9999-12-31' as last_day
    union all
    select
        'before_2020' as period,
        date '2015-10-01' as first_day,
        date '2019-12-31' as last_day
    union all
    select
        'since_2020' as period,
        date '2020-01-01' as first_day,
        date '9999-12-31' as last_day
),

-- Days that the asset can be followed for 20 days from.
followed as (
    select * from {{ ref('int_cascade_windows') }}
    where has_full_window and abnormal_0 + abnormal_1 + abnormal_5 + abnormal_10 + abnormal_20 is not null
),

events as (
    select
        event_type,
        date,
        is_of_the_thesis,
        known_at
    from {{ ref('cascade_events') }}
    where has_full_window
),

equities as (
    select
        date,
        abnormal_0 as equity_0,
        abnormal_1 as equity_1,
        abnormal_5 as equity_5,
        abnormal_10 as equity_10,
        abnormal_20 as equity_20
    from followed
    where asset = 'sp500'
),

event_moves as (
    select
        events.event_type,
        events.is_of_the_thesis,
        periods.period,
        followed.*,
        {% for horizon in horizons -%}
            equities.equity_{{ horizon }},
        {% endfor -%}
        greatest(events.known_at, followed.known_at_20) as event_known_at
    from events
    inner join periods on events.date between periods.first_day and periods.last_day
    inner join followed on events.date = followed.date
    left join equities on events.date = equities.date
),

-- Means by horizon
measured as (
    {% for horizon in horizons -%}
        select
            event_type,
            is_of_the_thesis,
            period,
            asset,
            stage_number,
            unit,
            expected_sign,
            {{ horizon }} as horizon_days,
            count(*) as n_events,
            {{ exact_mean('move_' ~ horizon) }} as mean_move,
            {{ exact_mean('abnormal_' ~ horizon) }} as mean_abnormal_move,
            {{ element_of(quantiles('abnormal_' ~ horizon, [0.5]), 1) }} as median_abnormal_move,
            avg(case when round(abnormal_{{ horizon }}, 6) * expected_sign > 0 then 1 else 0 end) as share_expected_sign,
            {{ exact_mean('abnormal_' ~ horizon ~ ' - abnormal_0') }} as mean_after_day_0,
            {{ exact_mean('abnormal_' ~ horizon ~ ' / nullif(sigma * sqrt(' ~ (horizon + 1) ~ '), 0)') }} as mean_in_sigma,
            {{ exact_mean('abnormal_' ~ horizon ~ ' - beta * equity_' ~ horizon) }} as mean_beyond_beta,
            max(event_known_at) as known_at
        from event_moves
        group by event_type, is_of_the_thesis, period, asset, stage_number, unit, expected_sign
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
),

-- Placebo: as many days of the same period, drawn with replacement
pool as (
    select
        followed.*,
        periods.period,
        row_number() over (order by periods.period, followed.asset, followed.date) as place
    from followed
    inner join periods on followed.date between periods.first_day and periods.last_day
),

pool_sizes as (
    select
        period,
        asset,
        count(*) as n_pool,
        min(place) as first_place,
        {% for horizon in horizons -%}
            {{ exact_mean('abnormal_' ~ horizon) }} as pool_mean_{{ horizon }},
        {% endfor -%}
        max(known_at_20) as pool_known_at
    from pool
    group by period, asset
),

-- Numbers for keys, since ten million draws are matched.
counts as (
    select
        measured.event_type,
        measured.period,
        measured.asset,
        measured.n_events,
        pool_sizes.n_pool,
        pool_sizes.first_place,
        row_number() over (order by measured.event_type, measured.period, measured.asset) as test_number
    from measured
    inner join pool_sizes on measured.period = pool_sizes.period and measured.asset = pool_sizes.asset
    where measured.horizon_days = 0 and measured.n_events >= 5 and measured.is_of_the_thesis
),

chances as (
    select
        kinds.event_type,
        draws.number as draw,
        picks.number as pick,
        {{ uniform_draw([seed, "'placebo'", 'kinds.event_type', 'draws.number', 'picks.number']) }} as chance
    from (select
        event_type,
        max(n_events) as most
    from counts
    group by event_type) as kinds
    cross join {{ whole_numbers(draws) }} as draws
    inner join {{ whole_numbers(500) }} as picks on kinds.most >= picks.number
),

picked as (
    select
        counts.test_number,
        chances.draw,
        counts.first_place + cast(floor(chances.chance * counts.n_pool) as bigint) as place
    from chances
    inner join counts on chances.event_type = counts.event_type
    where chances.pick <= counts.n_events
),

drawn_means as (
    select
        picked.test_number,
        picked.draw,
        {{ exact_mean('pool.abnormal_0') }} as mean_0,
        {{ exact_mean('pool.abnormal_1') }} as mean_1,
        {{ exact_mean('pool.abnormal_5') }} as mean_5,
        {{ exact_mean('pool.abnormal_10') }} as mean_10,
        {{ exact_mean('pool.abnormal_20') }} as mean_20
    from picked
    inner join pool on picked.place = pool.place
    group by picked.test_number, picked.draw
),

found as (
    select
        event_type,
        period,
        asset,
        {% for horizon in horizons -%}
            max(case when horizon_days = {{ horizon }} then mean_abnormal_move end) as mean_{{ horizon }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from measured
    group by event_type, period, asset
),

-- Two-sided, about the mean of the pool. A column a horizon, since an engine may run a CTE as often as it is named.
placebo_draws as (
    select
        counts.event_type,
        counts.period,
        counts.asset,
        max(pool_sizes.n_pool) as n_pool,
        max(pool_sizes.pool_known_at) as pool_known_at,
        {% for horizon in horizons -%}
            sum(
                case
                    when
                        abs(means.mean_{{ horizon }} - pool_sizes.pool_mean_{{ horizon }})
                        >= abs(found.mean_{{ horizon }} - pool_sizes.pool_mean_{{ horizon }})
                        then 1
                    else 0
                end
            ) as as_far_{{ horizon }},
        {% endfor -%}
        count(*) as n_draws
    from counts
    inner join pool_sizes on counts.period = pool_sizes.period and counts.asset = pool_sizes.asset
    inner join found
        on counts.event_type = found.event_type and counts.period = found.period and counts.asset = found.asset
    inner join drawn_means as means on counts.test_number = means.test_number
    group by counts.event_type, counts.period, counts.asset
),

horizons as (
    {% for horizon in horizons -%}
        select {{ horizon }} as horizon_days
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
),

-- The events themselves count as one draw, so that p is never zero.
placebo as (
    select
        placebo_draws.event_type,
        placebo_draws.period,
        placebo_draws.asset,
        horizons.horizon_days,
        placebo_draws.n_pool,
        placebo_draws.pool_known_at,
        (
            1 + case horizons.horizon_days
                {% for horizon in horizons -%}
                    when {{ horizon }} then placebo_draws.as_far_{{ horizon }}
                {% endfor -%}
            end
        ) / cast(1 + placebo_draws.n_draws as double) as placebo_p
    from placebo_draws
    cross join horizons
),

-- Matched placebo: days on which equities fell as much and yields did not jump. The labels are dealt out anew
matched_days as (
    select
        event_type,
        period,
        date,
        row_number() over (partition by period order by date, event_type) as place,
        sum(case when event_type = 'bond_equity_joint' then 1 else 0 end) over (partition by period) as n_joint
    from (
        select distinct
            event_type,
            period,
            date
        from event_moves
        where event_type in ('bond_equity_joint', 'equity_fall_other')
    ) as event_days
),

dealt as (
    select
        matched_days.period,
        matched_days.date,
        draws.number as draw,
        row_number() over (
            partition by matched_days.period, draws.number
            order by {{ uniform_draw([seed, "'matched'", 'matched_days.date', 'draws.number']) }}, matched_days.date
        ) <= matched_days.n_joint as is_dealt_joint
    from matched_days
    cross join {{ whole_numbers(draws) }} as draws
),

matched_moves as (
    select
        period,
        asset,
        date,
        {% for horizon in horizons -%}
            move_{{ horizon }},
        {% endfor -%}
        event_type = 'bond_equity_joint' as is_joint,
        max(event_known_at) over (partition by period, asset) as matched_known_at
    from event_moves
    where event_type in ('bond_equity_joint', 'equity_fall_other')
),

gaps as (
    select
        period,
        asset,
        sum(case when is_joint then 0 else 1 end) as n_control,
        {% for horizon in horizons -%}
            {{ exact_mean('case when not is_joint then move_' ~ horizon ~ ' end') }} as control_mean_{{ horizon }},
            {{ exact_mean('case when is_joint then move_' ~ horizon ~ ' end') }}
            - {{ exact_mean('case when not is_joint then move_' ~ horizon ~ ' end') }}
                as gap_{{ horizon }},
        {% endfor -%}
        max(matched_known_at) as matched_known_at
    from matched_moves
    group by period, asset
    having sum(case when is_joint then 1 else 0 end) >= 5 and sum(case when is_joint then 0 else 1 end) >= 5
),

dealt_gaps as (
    select
        dealt.period,
        moves.asset,
        dealt.draw,
        {{ exact_mean('case when dealt.is_dealt_joint then moves.move_0 end') }}
        - {{ exact_mean('case when not dealt.is_dealt_joint then moves.move_0 end') }} as gap_0,
        {{ exact_mean('case when dealt.is_dealt_joint then moves.move_1 end') }}
        - {{ exact_mean('case when not dealt.is_dealt_joint then moves.move_1 end') }} as gap_1,
        {{ exact_mean('case when dealt.is_dealt_joint then moves.move_5 end') }}
        - {{ exact_mean('case when not dealt.is_dealt_joint then moves.move_5 end') }} as gap_5,
        {{ exact_mean('case when dealt.is_dealt_joint then moves.move_10 end') }}
        - {{ exact_mean('case when not dealt.is_dealt_joint then moves.move_10 end') }} as gap_10,
        {{ exact_mean('case when dealt.is_dealt_joint then moves.move_20 end') }}
        - {{ exact_mean('case when not dealt.is_dealt_joint then moves.move_20 end') }} as gap_20
    from dealt
    inner join matched_moves as moves on dealt.period = moves.period and dealt.date = moves.date
    group by dealt.period, moves.asset, dealt.draw
),

matched_draws as (
    select
        gaps.period,
        gaps.asset,
        max(gaps.n_control) as n_control,
        max(gaps.matched_known_at) as matched_known_at,
        {% for horizon in horizons -%}
            max(gaps.control_mean_{{ horizon }}) as control_mean_{{ horizon }},
            max(gaps.gap_{{ horizon }}) as gap_{{ horizon }},
            sum(case when abs(dealt_gaps.gap_{{ horizon }}) >= abs(gaps.gap_{{ horizon }}) then 1 else 0 end)
                as as_far_{{ horizon }},
        {% endfor -%}
        count(*) as n_draws
    from gaps
    inner join dealt_gaps on gaps.period = dealt_gaps.period and gaps.asset = dealt_gaps.asset
    group by gaps.period, gaps.asset
),

matched as (
    select
        'bond_equity_joint' as event_type,
        matched_draws.period,
        matched_draws.asset,
        horizons.horizon_days,
        matched_draws.n_control,
        matched_draws.matched_known_at,
        case horizons.horizon_days
            {% for horizon in horizons -%}
                when {{ horizon }} then matched_draws.control_mean_{{ horizon }}
            {% endfor -%}
        end as control_mean_move,
        case horizons.horizon_days
            {% for horizon in horizons -%}
                when {{ horizon }} then matched_draws.gap_{{ horizon }}
            {% endfor -%}
        end as matched_gap,
        (
            1 + case horizons.horizon_days
                {% for horizon in horizons -%}
                    when {{ horizon }} then matched_draws.as_far_{{ horizon }}
                {% endfor -%}
            end
        ) / cast(1 + matched_draws.n_draws as double) as matched_p
    from matched_draws
    cross join horizons
),

-- What an event is chosen by cannot be evidence of it, nor a spread against a yield of five days ago before five days are over.
together as (
    select
        measured.*,
        placebo.n_pool,
        placebo.placebo_p,
        matched.n_control,
        matched.control_mean_move,
        matched.matched_gap,
        matched.matched_p,
        case when placebo.placebo_p is not null then {{ draws }} end as draws,
        case when placebo.placebo_p is not null then {{ seed }} end as seed,
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

-- Benjamini and Hochberg: what share of the findings up to this one chance would explain, over all tests of the thesis's events.
ranked as (
    select
        *,
        row_number() over tests as place,
        count(*) over (partition by is_tested) as tests
    from
        (select
            *,
            coalesce(is_evidence and is_of_the_thesis and placebo_p is not null, false) as is_tested
        from together) as flagged
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
