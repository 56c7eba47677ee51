-- Grain: an offered document, with what its history says anew, what it lacks, and how it fits to sister series.
with catalogue as (
    select
        series_id,
        role,
        calendar,
        move_kind,
        window_served,
        is_revised = 'true' as is_revised,
        cast(largest_move as double) as largest_move,
        cast(largest_revision as double) as largest_revision,
        cast(first_date as date) as first_date
    from seed_fred_series
),

bond_roles as (
    select unnest(['yields', 'curve', 'real_yields', 'breakeven']) as role
),

offered as (
    select
        document_id,
        series_id,
        released_on,
        date,
        cast(value as double) as value,
        cast(value_before as double) as value_before,
        is_dated,
        is_news
    from offered_fred_observations
),

addresses as (
    select
        document_id,
        cast(address as varchar) as address,
        cast(form as varchar) = 'simulated' as is_simulated
    from documents_fred_observations
),

kinds as (
    select
        documents.document_id,
        documents.is_simulated,
        bool_or(offered.is_dated) as is_dated,
        -- A part of a series was asked for: it begins and ends where the address says.
        regexp_matches(documents.address, '[?&](cosd|observation_start)=') or bool_or(offered.is_dated) as begins_as_asked,
        regexp_matches(documents.address, '[?&](coed|observation_end)=|[?&]offset=[1-9]') or bool_or(offered.is_dated)
            as ends_as_asked
    from addresses as documents
    inner join offered on documents.document_id = offered.document_id
    group by documents.document_id, documents.is_simulated, documents.address
),

---------- what the history says anew

in_order as (
    select
        *,
        lag(value_before) over series as value_before_of_previous,
        lead(value_before) over series as value_before_of_following
    from offered
    where not is_dated and value is not null
    window series as (partition by document_id, series_id order by date)
),

restatements as (
    select
        in_order.document_id,
        in_order.series_id,
        in_order.value,
        in_order.value_before,
        in_order.value_before_of_previous,
        in_order.value_before_of_following,
        catalogue.is_revised,
        catalogue.largest_revision,
        case
            when catalogue.move_kind = 'difference' then abs(in_order.value - in_order.value_before)
            when least(in_order.value, in_order.value_before) > 0 then abs(ln(in_order.value / in_order.value_before))
        end as restatement
    from in_order
    left join catalogue on in_order.series_id = catalogue.series_id
    where in_order.value is not null and in_order.value_before is not null
),

histories as (
    select
        document_id,
        series_id,
        coalesce(any_value(is_revised), false) as is_revised,
        any_value(largest_revision) as largest_revision,
        count(*) as figures_known,
        count(*) filter (where value <> value_before) as figures_restated,
        median(abs(value - value_before)) as typical_distance,
        median(abs(value - value_before_of_previous)) as typical_distance_a_row_before,
        median(abs(value - value_before_of_following)) as typical_distance_a_row_after,
        median(restatement) as typical_restatement,
        median(value / value_before) filter (where value_before <> 0) as typical_ratio
    from restatements
    group by document_id, series_id
),

histories_of_documents as (
    select
        document_id,
        max(figures_known) as figures_known,
        sum(figures_restated) filter (where not is_revised) as figures_restated,
        max(figures_restated / figures_known) filter (
            where not is_revised and figures_known >= 20 and figures_restated >= 5
        ) as share_restated,
        -- A series that is restated as a whole is so by little: a quarter of what one figure may be.
        max(typical_restatement / largest_revision) filter (where is_revised and figures_known >= 20)
            as typical_restatement_share,
        -- Dates that are right fit better than those of the rows beside.
        min(least(typical_distance_a_row_before, typical_distance_a_row_after) / typical_distance) filter (
            where figures_known >= 20 and typical_distance > 0
        ) as fit_of_dates,
        coalesce(bool_or(is_revised), false) as is_revised,
        arg_max(typical_ratio, abs(ln(nullif(greatest(typical_ratio, 0), 0)))) filter (where figures_known >= 20)
            as typical_ratio
    from histories
    group by document_id
),

-- What says of 100 known days what it always said needs no other witness. The others do.
strangers as (
    select kinds.document_id
    from kinds
    left join histories_of_documents on kinds.document_id = histories_of_documents.document_id
    where
        not kinds.is_dated
        and (
            coalesce(histories_of_documents.figures_known, 0) < 100
            or histories_of_documents.is_revised
            or histories_of_documents.share_restated >= 0.01
        )
),

---------- days that are not there

spoken as (
    select
        latest_fred_observations.series_id,
        latest_fred_observations.date
    from latest_fred_observations
    inner join catalogue on latest_fred_observations.series_id = catalogue.series_id
    inner join bond_roles on catalogue.role = bond_roles.role
    where latest_fred_observations.value is not null
),

spoken_for as (
    select distinct series_id from spoken
),

market_days as (
    select date
    from spoken
    where date >= date '1994-01-01'
    group by date
    having count(*) >= 3
),

rows_in_order as (
    select
        offered.document_id,
        offered.series_id,
        catalogue.calendar,
        bond_roles.role is not null as is_bond,
        catalogue.role,
        offered.date,
        offered.date - lag(offered.date) over (
            partition by offered.document_id, offered.series_id order by offered.date
        ) as days_since
    from offered
    left join catalogue on offered.series_id = catalogue.series_id
    left join bond_roles on catalogue.role = bond_roles.role
    where not offered.is_dated
),

steps as (
    select
        document_id,
        series_id,
        sum(
            case
                when calendar in ('weekly_wednesday', 'weekly_friday') then days_since // 7 - 1
                when calendar = 'daily' and role <> 'crypto' then days_since - 1
                when calendar = 'quarterly' then days_since // 93
            end
        ) as periods_missing,
        -- Repo operations took place on some days only, for years.
        max(days_since) filter (
            where (calendar = 'business' or role = 'crypto') and not is_bond
            and series_id not in ('RRPONTSYD', 'RPONTSYD')
        ) as longest_hole_days,
        min(date) as first_date,
        max(date) as newest_date
    from rows_in_order
    group by document_id, series_id
),

valued as (
    select
        document_id,
        series_id,
        date
    from offered
    where value is not null and not is_dated
),

valued_spans as (
    select
        document_id,
        series_id,
        min(date) as first_date,
        max(date) as newest_date
    from valued
    group by document_id, series_id
),

-- No bonds of 30 years were issued from February 2002 to February 2006.
bond_gaps as (
    select
        valued_spans.document_id,
        count(*) as market_days_missing
    from valued_spans
    inner join spoken_for on valued_spans.series_id = spoken_for.series_id
    inner join market_days on market_days.date between valued_spans.first_date and valued_spans.newest_date
    anti join valued
        on valued_spans.document_id = valued.document_id
        and valued_spans.series_id = valued.series_id
        and market_days.date = valued.date
    where not (
        valued_spans.series_id = 'DGS30' and market_days.date between date '2002-02-19' and date '2006-02-08'
    )
    group by valued_spans.document_id
),

gaps as (
    select
        steps.document_id,
        sum(steps.periods_missing) as periods_missing,
        max(steps.longest_hole_days) as longest_hole_days,
        any_value(bond_gaps.market_days_missing) as market_days_missing
    from steps
    left join bond_gaps on steps.document_id = bond_gaps.document_id
    group by steps.document_id
),

---------- levels that shift, and stay

placed as (
    select
        offered.document_id,
        offered.date,
        offered.is_news,
        catalogue.move_kind,
        2.5 * catalogue.largest_move as beyond_any_move,
        lag(offered.date, 2) over series as from_date,
        lead(offered.date) over series as to_date,
        offered.value as value,
        lag(offered.value) over series as previous,
        lag(offered.value, 2) over series as previous_but_one,
        lead(offered.value) over series as following
    from offered
    inner join catalogue on offered.series_id = catalogue.series_id
    where offered.value is not null
    window series as (
        partition by offered.document_id, offered.series_id, offered.released_on order by offered.date
    )
),

level_shifts as (
    select
        document_id,
        count(*) as level_shifts
    from placed
    where
        to_date - from_date <= 40
        and case
            when move_kind = 'difference'
                then least(abs(value - previous), abs(value - previous_but_one), abs(following - previous))
            when least(value, previous, previous_but_one, following) > 0
                then least(
                    abs(ln(value / previous)), abs(ln(value / previous_but_one)), abs(ln(following / previous))
                )
        end > beyond_any_move
    group by document_id
    having bool_or(is_news)
),

---------- series that equal others by definition

standing as (
    select
        series_id as series,
        date,
        cast(value as double) as value
    from latest_fred_observations
    where value is not null
    union all
    select
        tenor as series,
        date,
        cast(value as double) as value
    from latest_treasury_par_yields
    where value is not null
),

identities as (
    select
        row_number() over () as identity_number,
        series_id,
        minuend,
        subtrahend,
        cast(equal_since as date) as equal_since
    from seed_fred_identities
),

differences as (
    select
        identities.identity_number,
        wholes.date,
        unnest([
            {'series': identities.series_id, 'sign': 1},
            {'series': identities.minuend, 'sign': -1},
            {'series': identities.subtrahend, 'sign': 1}
        ]) as member,
        wholes.value - minuends.value + coalesce(subtrahends.value, 0) as difference
    from identities
    inner join standing as wholes on identities.series_id = wholes.series and identities.equal_since <= wholes.date
    inner join standing as minuends on identities.minuend = minuends.series and wholes.date = minuends.date
    left join standing as subtrahends on identities.subtrahend = subtrahends.series and wholes.date = subtrahends.date
    where identities.subtrahend is null or subtrahends.value is not null
),

statements as (
    select
        document_id,
        series_id as series,
        date,
        value
    from offered
    semi join strangers on offered.document_id = strangers.document_id
    where value is not null
    union all
    select
        document_id,
        tenor as series,
        date,
        cast(value as double) as value
    from offered_treasury_par_yields
    where value is not null
),

-- What a document itself says, beside what stands of the other figures of the equation.
equations as (
    select
        statements.document_id,
        differences.identity_number,
        avg(
            if(
                abs(differences.difference + differences.member.sign * (statements.value - standing.value)) > 0.005,
                1,
                0
            )
        ) as share_broken
    from differences
    inner join statements on differences.member.series = statements.series and differences.date = statements.date
    inner join standing on differences.member.series = standing.series and differences.date = standing.date
    group by statements.document_id, differences.identity_number
    having count(*) >= 20
),

---------- series that move on the same day

kin as (
    select
        row_number() over () as pair_number,
        series_id,
        kin
    from seed_fred_kin
),

pairs as (
    select
        pair_number,
        series_id,
        kin as other_series_id
    from kin
    union all
    select
        pair_number,
        kin as series_id,
        series_id as other_series_id
    from kin
),

moves as (
    select
        document_id,
        series_id,
        date,
        value - lag(value) over series as move,
        lag(value) over series - lag(value, 2) over series as move_before,
        lead(value) over series - value as move_after
    from offered
    semi join strangers on offered.document_id = strangers.document_id
    where value is not null
    window series as (partition by document_id, series_id order by date)
),

moves_of_kin as (
    select
        series_id,
        date,
        cast(value as double) - lag(cast(value as double)) over (partition by series_id order by date) as move
    from latest_fred_observations
    where value is not null and series_id in (select series_id from pairs)
),

correlations as (
    select
        moves.document_id,
        pairs.pair_number,
        any_value(pairs.other_series_id) as kin,
        abs(corr(moves.move, moves_of_kin.move)) as same_day,
        greatest(
            abs(corr(moves.move_before, moves_of_kin.move)), abs(corr(moves.move_after, moves_of_kin.move))
        ) as another_day
    from pairs
    inner join moves on pairs.series_id = moves.series_id
    inner join moves_of_kin on pairs.other_series_id = moves_of_kin.series_id and moves.date = moves_of_kin.date
    group by moves.document_id, pairs.pair_number
    having count(*) >= 250
),

---------- which document is to blame

witnesses as (
    select
        document_id,
        identity_number as number_of_pair,
        'equation' as kind,
        share_broken > 0.2 as is_against,
        share_broken < 0.05 as is_for
    from equations
    union all
    select
        document_id,
        pair_number as number_of_pair,
        'kin' as kind,
        another_day > same_day + 0.02 and another_day > 0.3 as is_against,
        same_day > another_day + 0.02 and same_day > 0.3 as is_for
    from correlations
),

-- Each equation that holds speaks for a document, and among kin, each kin in step.
suspicions as (
    select
        document_id,
        -- A curve that differs from several series is wrong, rather than they all.
        case
            when document_id in (select distinct document_id from offered_treasury_par_yields)
            and count(*) filter (where is_against) >= 2
                then count(*) filter (where is_against)
            else coalesce(sum(cast(is_against as integer) - cast(is_for as integer)) filter (where kind = 'equation'), 0)
        end as suspicion_in_equations,
        sum(cast(is_against as integer) - cast(is_for as integer)) as suspicion_among_kin,
        coalesce(bool_or(is_for and kind = 'equation'), false) as is_supported
    from witnesses
    group by document_id
),

accused as (
    select
        witnesses.document_id,
        witnesses.number_of_pair,
        witnesses.kind,
        if(witnesses.kind = 'equation', suspicions.suspicion_in_equations, suspicions.suspicion_among_kin) as suspicion
    from witnesses
    inner join suspicions on witnesses.document_id = suspicions.document_id
    where witnesses.is_against
),

suspects as (
    select
        *,
        max(suspicion) over (partition by kind, number_of_pair) as greatest_suspicion
    from accused
),

blamed as (
    select
        suspects.document_id,
        max(equations.share_broken) as share_unlike_its_parts,
        min(correlations.kin) as out_of_step_with
    from suspects
    left join equations
        on suspects.kind = 'equation'
        and suspects.document_id = equations.document_id
        and suspects.number_of_pair = equations.identity_number
    left join correlations
        on suspects.kind = 'kin'
        and suspects.document_id = correlations.document_id
        and suspects.number_of_pair = correlations.pair_number
    where suspects.suspicion = suspects.greatest_suspicion
    group by suspects.document_id
),

---------- another series under this name

resembling as materialized (
    select
        offered.document_id,
        offered.series_id,
        others.series_id as other_series_id,
        count(*) as figures_alike
    from offered
    semi join strangers on offered.document_id = strangers.document_id
    inner join latest_fred_observations as others
        on offered.date = others.date
        and offered.value = cast(others.value as double)
        and offered.series_id <> others.series_id
    group by offered.document_id, offered.series_id, others.series_id
    having count(*) >= 60
),

alike as materialized (
    select
        resembling.document_id,
        resembling.series_id,
        resembling.other_series_id,
        resembling.figures_alike
    from resembling
    inner join offered on resembling.document_id = offered.document_id and resembling.series_id = offered.series_id
    inner join latest_fred_observations as others
        on resembling.other_series_id = others.series_id
        and offered.date = others.date
        and offered.value = cast(others.value as double)
    group by resembling.document_id, resembling.series_id, resembling.other_series_id, resembling.figures_alike
    having count(distinct offered.value) >= 20
),

-- By itself, so that not every series is joined with every other on the day before the few pairs are looked at.
figures_of_the_alike as materialized (
    select
        alike.document_id,
        alike.other_series_id,
        alike.figures_alike,
        offered.date
    from alike
    inner join offered on alike.document_id = offered.document_id and alike.series_id = offered.series_id
    left join seed_fred_identities as twins
        on twins.subtrahend is null
        and twins.series_id in (alike.series_id, alike.other_series_id)
        and twins.minuend in (alike.series_id, alike.other_series_id)
    where offered.value is not null and twins.series_id is null
),

common as (
    select
        figures.document_id,
        figures.other_series_id,
        figures.figures_alike,
        count(*) as figures_in_common
    from figures_of_the_alike as figures
    inner join latest_fred_observations as others
        on figures.other_series_id = others.series_id and figures.date = others.date
    where others.value is not null
    group by figures.document_id, figures.other_series_id, figures.figures_alike
),

ranges as (
    select
        series_id,
        cast(since as date) as since,
        cast(lowest as double) as lowest,
        cast(highest as double) as highest
    from seed_fred_value_ranges
),

in_their_years as (
    select
        offered.document_id,
        avg(if(offered.value between ranges.lowest and ranges.highest, 0, 1)) as share_outside
    from offered
    asof inner join ranges on offered.series_id = ranges.series_id and offered.date >= ranges.since
    where offered.value is not null and offered.document_id in (select document_id from common)
    group by offered.document_id
),

-- Of two series with the same values, the one that the values do not suit is under a wrong name.
mistrusted as (
    select
        valued_spans.document_id,
        valued_spans.series_id,
        if(coalesce(in_their_years.share_outside, 0) > 0.02, 2, 0)
        + if(valued_spans.first_date = catalogue.first_date, 0, 1)
        + if(coalesce(suspicions.is_supported, false) or strangers.document_id is null, -5, 0) as mistrust
    from valued_spans
    inner join catalogue on valued_spans.series_id = catalogue.series_id
    left join in_their_years on valued_spans.document_id = in_their_years.document_id
    left join suspicions on valued_spans.document_id = suspicions.document_id
    left join strangers on valued_spans.document_id = strangers.document_id
),

doubles as (
    select
        common.document_id,
        min(common.other_series_id) as has_the_values_of
    from common
    inner join mistrusted on common.document_id = mistrusted.document_id
    left join mistrusted as others
        on common.other_series_id = others.series_id and mistrusted.mistrust < others.mistrust
    where
        common.figures_alike >= 0.95 * common.figures_in_common
        and mistrusted.mistrust >= 0
        and others.document_id is null
    group by common.document_id
),

spans as (
    select
        kinds.document_id,
        count(*) filter (where catalogue.series_id is null) as series_not_in_catalogue,
        -- What we may not expect to see again is not missed.
        min(
            case
                when kinds.begins_as_asked then null
                when kinds.is_simulated and catalogue.window_served <> 'all' then null
                when kinds.is_simulated then profile.first_period_before
                when catalogue.window_served = 'three_years' then series.newest_date - 1000
                when catalogue.window_served = 'ten_years' then series.newest_date - 3600
                else least(catalogue.first_date, profile.first_period_before)
            end
        ) as begins_by,
        min(series.first_date) as begins_on
    from kinds
    inner join steps as series on kinds.document_id = series.document_id
    inner join profile_fred_observations as profile on kinds.document_id = profile.document_id
    left join catalogue on series.series_id = catalogue.series_id
    group by kinds.document_id
)

select
    kinds.document_id,
    histories_of_documents.share_restated,
    if(histories_of_documents.share_restated is null, histories_of_documents.figures_restated, null)
        as figures_restated,
    histories_of_documents.typical_restatement_share,
    histories_of_documents.fit_of_dates,
    histories_of_documents.typical_ratio,
    if(kinds.is_dated, null, profile.rows_retracted) as figures_gone,
    if(kinds.ends_as_asked, null, greatest(0, profile.newest_period_before - profile.newest_period)) as days_gone_back,
    greatest(0, spans.begins_on - spans.begins_by) as days_begun_late,
    spans.series_not_in_catalogue,
    gaps.periods_missing,
    gaps.longest_hole_days,
    if(gaps.market_days_missing > 20, null, gaps.market_days_missing) as market_days_missing,
    if(gaps.market_days_missing > 20, gaps.market_days_missing, null) as many_market_days_missing,
    coalesce(level_shifts.level_shifts, 0) as level_shifts,
    blamed.share_unlike_its_parts,
    blamed.out_of_step_with,
    doubles.has_the_values_of
from kinds
inner join profile_fred_observations as profile on kinds.document_id = profile.document_id
left join histories_of_documents on kinds.document_id = histories_of_documents.document_id
left join spans on kinds.document_id = spans.document_id
left join gaps on kinds.document_id = gaps.document_id
left join level_shifts on kinds.document_id = level_shifts.document_id
left join blamed on kinds.document_id = blamed.document_id
left join doubles on kinds.document_id = doubles.document_id
