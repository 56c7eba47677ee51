-- Grain: an offered observation that is news, beside its neighbours in time, what was said before, and sister series.
with catalogue as (
    select
        series_id,
        closed_on,
        move_kind,
        is_revised = 'true' as is_revised,
        cast(lowest as double) as lowest,
        cast(highest as double) as highest,
        cast(largest_spike as double) as largest_spike,
        cast(largest_move as double) as largest_move,
        cast(largest_revision as double) as largest_revision,
        calendar,
        -- Beyond this many days, a neighbour in the table is none in time.
        case calendar when 'quarterly' then 200 when 'business' then 10 when 'daily' then 10 else 21 end as longest_gap,
        -- The rate on reserves is set ahead of the days that it holds for.
        if(series_id = 'IORB', 10, 0) as days_ahead
    from seed_fred_series
),

ranges as (
    select
        series_id,
        cast(since as date) as since,
        cast(lowest as double) as lowest,
        cast(highest as double) as highest
    from seed_fred_value_ranges
),

---------- neighbours in time, within one document and release

-- A load brings a few new days below a long history: only what stands near them is looked at.
places_of_news as (
    select
        document_id,
        series_id,
        released_on,
        min(date) - 600 as from_date
    from offered_fred_observations
    where is_news
    group by document_id, series_id, released_on
),

valued as (
    select
        offered.row_number,
        offered.document_id,
        offered.series_id,
        offered.released_on,
        offered.date,
        cast(offered.value as double) as value
    from offered_fred_observations as offered
    inner join places_of_news
        on offered.document_id = places_of_news.document_id
        and offered.series_id = places_of_news.series_id
        and offered.released_on is not distinct from places_of_news.released_on
        and offered.date >= places_of_news.from_date
    where offered.value is not null
),

placed as (
    select
        row_number,
        series_id,
        date,
        value,
        lag(value) over series as previous,
        lag(date) over series as previous_date,
        lag(value, 2) over series as previous_but_one,
        lag(date, 2) over series as previous_but_one_date,
        lead(value) over series as next_value,
        lead(date) over series as next_date,
        lead(value, 2) over series as next_value_but_one,
        lead(date, 2) over series as next_date_but_one
    from valued
    window series as (partition by document_id, series_id, released_on order by date)
),

-- At an end of the series, the two nearest on the one side stand for the neighbours.
beside as (
    select
        placed.row_number,
        placed.value,
        catalogue.move_kind,
        catalogue.largest_move,
        catalogue.largest_spike,
        if(
            placed.date - coalesce(placed.previous_date, placed.date) <= catalogue.longest_gap,
            placed.previous,
            null
        ) as near_previous,
        if(
            coalesce(placed.next_date, placed.date) - placed.date <= catalogue.longest_gap,
            placed.next_value,
            null
        ) as near_next,
        case
            when placed.previous is null and placed.next_date_but_one - placed.date <= 2 * catalogue.longest_gap
                then placed.next_value_but_one
            when placed.next_value is null and placed.date - placed.previous_but_one_date <= 2 * catalogue.longest_gap
                then placed.previous_but_one
        end as near_other
    from placed
    inner join catalogue on placed.series_id = catalogue.series_id
),

compared as (
    select
        row_number,
        if(near_previous is null or near_next is null, largest_move, largest_spike) as largest_departure,
        coalesce(near_previous, near_other) as value_of_neighbour,
        coalesce(near_next, near_other) as value_of_other_neighbour,
        case
            when move_kind = 'difference' then abs(value - coalesce(near_previous, near_other))
            when least(value, coalesce(near_previous, near_other)) > 0
                then abs(ln(value / coalesce(near_previous, near_other)))
        end as from_one,
        case
            when move_kind = 'difference' then abs(value - coalesce(near_next, near_other))
            when least(value, coalesce(near_next, near_other)) > 0
                then abs(ln(value / coalesce(near_next, near_other)))
        end as from_other
    from beside
),

---------- series that equal others by definition

identities as (
    select
        row_number() over () as identity_number,
        series_id,
        minuend,
        subtrahend,
        cast(equal_since as date) as equal_since
    from seed_fred_identities
),

maturities as (
    select
        listed.series,
        listed.months
    from (
        values
        ('DGS3MO', 3), ('DGS6MO', 6), ('DGS1', 12), ('DGS2', 24), ('DGS3', 36), ('DGS5', 60), ('DGS7', 84),
        ('DGS10', 120), ('DGS20', 240), ('DGS30', 360)
    ) as listed (series, months)
),

-- A later document may repeat what an earlier one of this load said first: then its own row is no news.
figures_of_news as (
    select distinct
        series_id as series,
        date
    from offered_fred_observations
    where is_news
    union all
    select distinct
        tenor as series,
        date
    from offered_treasury_par_yields
    where is_news
),

related as (
    select distinct unnest([series_id, minuend, subtrahend]) as series from identities
    union
    select series from maturities
),

first_days_of_news as (
    select min(figures_of_news.date) - 15 as from_date
    from figures_of_news
    semi join related on figures_of_news.series = related.series
),

standing as (
    select
        observations.series_id as series,
        observations.date,
        cast(observations.value as double) as value
    from latest_fred_observations as observations
    semi join related on observations.series_id = related.series
    where observations.value is not null and observations.date >= (select first_days_of_news.from_date from first_days_of_news)
    union all
    select
        tenor as series,
        date,
        cast(value as double) as value
    from latest_treasury_par_yields
    where value is not null and date >= (select first_days_of_news.from_date from first_days_of_news)
),

differences as (
    select
        identities.identity_number,
        identities.series_id,
        identities.minuend,
        identities.subtrahend,
        wholes.date,
        wholes.value - minuends.value + coalesce(subtrahends.value, 0) as difference
    from identities
    inner join standing as wholes on identities.series_id = wholes.series and identities.equal_since <= wholes.date
    inner join standing as minuends on identities.minuend = minuends.series and wholes.date = minuends.date
    left join standing as subtrahends on identities.subtrahend = subtrahends.series and wholes.date = subtrahends.date
    where identities.subtrahend is null or subtrahends.value is not null
),

members as (
    select
        identity_number,
        unnest([series_id, minuend, subtrahend]) as series,
        date,
        difference,
        -- Both sides have two decimals: any difference is a hundredth at least.
        abs(difference) > 0.005 as is_broken
    from differences
),

tenors_broken as (
    select
        members.date,
        count(distinct members.series) as tenors
    from members
    inner join latest_treasury_par_yields as curve on members.series = curve.tenor and members.date = curve.date
    where members.is_broken
    group by members.date
),

-- A figure that breaks all its identities is to blame, rather than one for which others speak; and a curve that
-- differs from several series, rather than they all.
suspicions as (
    select
        members.series,
        members.date,
        greatest(
            sum(if(members.is_broken, 1, -1)),
            if(any_value(catalogue.series_id) is null and max(tenors_broken.tenors) >= 2, max(tenors_broken.tenors), -99)
        ) as suspicion
    from members
    left join catalogue on members.series = catalogue.series_id
    left join tenors_broken on members.date = tenors_broken.date
    where members.series is not null
    group by members.series, members.date
),

suspects as (
    select
        members.series,
        members.date,
        members.difference,
        suspicions.suspicion,
        max(suspicions.suspicion) over (partition by members.identity_number, members.date) as greatest_suspicion
    from members
    inner join suspicions on members.series = suspicions.series and members.date = suspicions.date
    inner join figures_of_news on members.series = figures_of_news.series and members.date = figures_of_news.date
    where members.is_broken
),

blamed as (
    select
        series as series_id,
        date,
        round(arg_max(difference, abs(difference)), 4) as difference_from_parts
    from suspects
    where suspicion = greatest_suspicion
    group by series, date
),

---------- neighbours on the curve

curves as (
    select
        standing.series,
        standing.date,
        maturities.months,
        standing.value,
        lag(standing.value) over curve as shorter,
        lag(maturities.months) over curve as shorter_months,
        lead(standing.value) over curve as longer,
        lead(maturities.months) over curve as longer_months
    from standing
    inner join maturities on standing.series = maturities.series
    window curve as (partition by standing.date order by maturities.months)
),

-- How far a yield stands from the line between the maturities beside it; the longest, from the one before it.
bends as (
    select
        series,
        date,
        months,
        shorter_months,
        longer_months,
        case
            when longer is not null
                then value - shorter
                - (longer - shorter) * ln(months / shorter_months) / ln(longer_months / shorter_months)
            when months = 360 then value - shorter
        end as bend
    from curves
),

bends_in_order as (
    select
        *,
        lag(bend) over days as previous,
        lead(bend) over days as next_bend,
        [
            coalesce(lag(shorter_months) over days, 0),
            coalesce(lag(longer_months) over days, 0),
            coalesce(lead(shorter_months) over days, 0),
            coalesce(lead(longer_months) over days, 0)
        ] = [
            shorter_months,
            coalesce(longer_months, 0),
            shorter_months,
            coalesce(longer_months, 0)
        ] as is_same_curve
    from bends
    where bend is not null
    window days as (partition by series order by date)
),

kinks as (
    select
        series,
        date,
        months,
        shorter_months,
        longer_months,
        least(abs(bend - previous), abs(bend - next_bend)) as kink
    from bends_in_order
    where is_same_curve and (bend - previous) * (bend - next_bend) > 0
),

-- A wrong yield bends the curve at its neighbours, too, but less than at its own place. The end of the curve is moved
-- as much by the maturity before it, which its own slip moves by two thirds.
weighed as (
    select
        *,
        if(longer_months is null, 0.7, 1) * kink as weight
    from kinks
),

kinks_beyond as (
    select
        weighed.series,
        weighed.date,
        round(weighed.kink, 4) as kink
    from weighed
    anti join weighed as others
        on weighed.date = others.date
        and others.months in (weighed.shorter_months, weighed.longer_months)
        and others.weight > weighed.weight
    where weighed.kink > if(weighed.months <= 6, 0.5, 0.3)
),

---------- days without a market

bond_days as (
    select
        observations.date,
        observations.series_id
    from latest_fred_observations as observations
    inner join seed_fred_series as listed on observations.series_id = listed.series_id
    where listed.role in ('yields', 'curve', 'real_yields', 'breakeven') and observations.value is not null
),

bond_spans as (
    select
        series_id,
        min(date) as first_date,
        max(date) as newest_date
    from bond_days
    group by series_id
),

days_of_news as (
    select distinct
        offered.series_id,
        offered.date
    from offered_fred_observations as offered
    inner join catalogue on offered.series_id = catalogue.series_id
    where offered.is_news and offered.value is not null and catalogue.closed_on = 'bond_market'
),

speakers as (
    select
        date,
        count(*) as series_with_value,
        min(series_id) as one_of_them
    from bond_days
    group by date
),

-- Three other yields that have values before and after this day, and none on it.
silent_days as (
    select
        days_of_news.series_id,
        days_of_news.date
    from days_of_news
    left join speakers on days_of_news.date = speakers.date
    inner join bond_spans
        on days_of_news.series_id <> bond_spans.series_id
        and days_of_news.date between bond_spans.first_date and bond_spans.newest_date
    where
        speakers.date is null
        or (speakers.series_with_value = 1 and speakers.one_of_them = days_of_news.series_id)
    group by days_of_news.series_id, days_of_news.date
    having count(*) >= 3
),

known_spans as (
    select
        series_id,
        min(date) as first_date,
        max(date) as newest_date
    from known_fred_observations
    where value is not null
    group by series_id
),

said as (
    select
        document_id,
        series_id,
        date,
        released_on,
        count(*) as times_said
    from offered_fred_observations
    group by document_id, series_id, date, released_on
),

news as (
    select
        offered.row_number,
        offered.document_id,
        offered.line_number,
        offered.series_id,
        offered.date,
        offered.released_on,
        offered.was_known,
        offered.is_dated,
        cast(offered.retrieved_at as date) as retrieved_on,
        cast(offered.value as double) as value,
        cast(offered.value_before as double) as value_before,
        isodow(offered.date) as weekday,
        month(offered.date) * 100 + day(offered.date) as month_and_day
    from offered_fred_observations as offered
    where offered.is_news
),

described as (
    select
        news.*,
        catalogue.closed_on,
        catalogue.calendar,
        catalogue.move_kind,
        catalogue.largest_revision,
        catalogue.lowest,
        catalogue.highest,
        catalogue.days_ahead,
        compared.largest_departure,
        compared.value_of_neighbour,
        compared.value_of_other_neighbour,
        if(
            news.value between least(compared.value_of_neighbour, compared.value_of_other_neighbour)
            and greatest(compared.value_of_neighbour, compared.value_of_other_neighbour),
            0,
            least(compared.from_one, compared.from_other)
        ) as departure,
        least(abs(news.value - compared.value_of_neighbour), abs(news.value - compared.value_of_other_neighbour))
            as distance,
        least(
            abs(news.value_before - compared.value_of_neighbour),
            abs(news.value_before - compared.value_of_other_neighbour)
        ) as distance_before,
        case
            when news.is_dated or news.value_before is null or news.value is null then null
            when catalogue.move_kind = 'difference' then abs(news.value - news.value_before)
            when least(news.value, news.value_before) > 0 then abs(ln(news.value / news.value_before))
        end as restatement,
        -- The holidays on which no US market opens, moved from a Sunday to the Monday.
        coalesce(
            news.month_and_day in (101, 704, 1225)
            or (news.weekday = 1 and news.month_and_day in (102, 705, 1226))
            or (news.weekday = 1 and news.month_and_day between 525 and 531 and year(news.date) >= 1971)
            or (news.weekday = 1 and news.month_and_day between 901 and 907)
            or (news.weekday = 4 and news.month_and_day between 1122 and 1128),
            false
        ) as is_holiday
    from news
    left join catalogue on news.series_id = catalogue.series_id
    left join compared on news.row_number = compared.row_number
)

select
    described.row_number,
    described.document_id,
    described.line_number,
    described.series_id,
    described.date,
    described.value,
    described.value_before,
    said.times_said,
    described.lowest,
    described.highest,
    ranges.lowest as lowest_of_its_years,
    ranges.highest as highest_of_its_years,
    greatest(0, described.date - described.retrieved_on - coalesce(described.days_ahead, 0)) as days_after_retrieval,
    case
        when described.value is null or described.closed_on is null then null
        when described.calendar = 'weekly_wednesday' and described.weekday <> 3 then dayname(described.date)
        when described.calendar = 'weekly_friday' and described.weekday <> 5 then dayname(described.date)
        when described.calendar = 'quarterly' and described.month_and_day not in (101, 401, 701, 1001)
            then 'not the first day of a quarter'
        when described.closed_on = 'weekends_but_month_ends' and described.weekday >= 6
            and described.date <> last_day(described.date) then dayname(described.date)
        when described.closed_on in ('weekends', 'weekends_and_holidays', 'bond_market') and described.weekday >= 6
            then dayname(described.date)
        when described.closed_on in ('weekends_and_holidays', 'bond_market') and described.is_holiday then 'holiday'
        when silent_days.date is not null then 'no other yield has a value'
    end as wrong_day,
    described.value_of_neighbour,
    described.value_of_other_neighbour,
    round(described.departure, 4) as departure,
    described.largest_departure,
    blamed.difference_from_parts,
    kinks_beyond.kink as kink_in_the_curve,
    if(described.value is null and not described.is_dated, described.value_before, null) as value_taken_back,
    -- A restatement that brings a figure closer to its neighbours mends it.
    if(described.distance < described.distance_before, null, round(described.restatement, 4)) as restatement,
    described.largest_revision,
    if(
        described.value = 0 and not described.was_known and not described.is_dated
        and described.date between known_spans.first_date and known_spans.newest_date,
        described.value,
        null
    ) as zero_for_a_blank
from described
inner join said
    on described.document_id = said.document_id
    and described.series_id is not distinct from said.series_id
    and described.date is not distinct from said.date
    and described.released_on is not distinct from said.released_on
left join blamed on described.series_id = blamed.series_id and described.date = blamed.date
left join kinks_beyond on described.series_id = kinks_beyond.series and described.date = kinks_beyond.date
left join silent_days on described.series_id = silent_days.series_id and described.date = silent_days.date
left join known_spans on described.series_id = known_spans.series_id
asof left join ranges on described.series_id = ranges.series_id and described.date >= ranges.since
