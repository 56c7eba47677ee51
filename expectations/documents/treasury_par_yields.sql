-- Grain: an offered document: the curve of a year.
with twins as (
    select
        identities.minuend as tenor,
        identities.series_id,
        cast(identities.equal_since as date) as equal_since
    from seed_fred_identities as identities
    anti join seed_fred_series as listed on identities.minuend = listed.series_id
),

fred as (
    select
        twins.tenor,
        observations.date,
        observations.value,
        observations.date >= twins.equal_since as is_equal
    from latest_fred_observations as observations
    inner join twins on observations.series_id = twins.series_id
    where observations.value is not null
),

---------- what it says anew, and beside FRED

yields as (
    select
        document_id,
        tenor,
        date,
        value,
        value_before
    from offered_treasury_par_yields
),

restated as (
    select
        document_id,
        count(*) filter (where value is distinct from value_before) as yields_restated,
        count(*) as yields_known
    from yields
    where value_before is not null
    group by document_id
),

beside_fred as (
    select
        yields.document_id,
        avg(if(yields.value <> fred.value, 1, 0)) as share_unlike_fred
    from yields
    inner join fred on yields.tenor = fred.tenor and yields.date = fred.date
    where yields.value is not null and fred.is_equal
    group by yields.document_id
    having count(*) >= 20
),

---------- tenors that FRED lacks, beside their neighbours

placed as (
    select
        document_id,
        date,
        tenor,
        value,
        cast(split_part(tenor, ' ', 1) as double) * if(tenor like '%Y%', 12, 1) as months,
        tenor in (select tenor from fred) as is_on_fred
    from yields
    where value is not null
),

-- Between the nearest tenors that FRED has, on a straight line.
lines as (
    select
        lone.document_id,
        lone.date,
        lone.tenor,
        lone.months,
        lone.value,
        max_by(neighbours.value, neighbours.months) filter (where neighbours.months < lone.months) as value_below,
        max(neighbours.months) filter (where neighbours.months < lone.months) as months_below,
        min_by(neighbours.value, neighbours.months) filter (where neighbours.months > lone.months) as value_above,
        min(neighbours.months) filter (where neighbours.months > lone.months) as months_above
    from placed as lone
    inner join placed as neighbours on lone.document_id = neighbours.document_id and lone.date = neighbours.date
    where not lone.is_on_fred and neighbours.is_on_fred
    group by lone.document_id, lone.date, lone.tenor, lone.months, lone.value
),

off_the_line as (
    select
        document_id,
        date,
        tenor,
        months,
        value,
        value_below
        + (value_above - value_below) * (months - months_below) / (months_above - months_below) as value_on_the_line
    from lines
),

names_turned as (
    select
        document_id,
        min(off_if_turned / nullif(off_as_said, 0)) as off_the_line_if_turned
    from (
        select
            one.document_id,
            sum(abs(one.value - one.value_on_the_line) + abs(other.value - other.value_on_the_line)) as off_as_said,
            sum(abs(other.value - one.value_on_the_line) + abs(one.value - other.value_on_the_line)) as off_if_turned
        from off_the_line as one
        inner join off_the_line as other
            on one.document_id = other.document_id and one.date = other.date and one.months < other.months
        group by one.document_id, one.tenor, other.tenor
        having count(*) >= 60
    ) as pairs
    group by document_id
),

---------- days that are not there

fred_days as (
    select date
    from fred
    group by date
    having count(*) >= 3
),

spans as (
    select
        document_id,
        min(date) as first_day,
        max(date) as newest_day
    from yields
    group by document_id
),

gaps as (
    select
        spans.document_id,
        count(*) as market_days_missing
    from spans
    inner join fred_days on fred_days.date between spans.first_day and spans.newest_day
    anti join yields on spans.document_id = yields.document_id and fred_days.date = yields.date
    group by spans.document_id
),

holes as (
    select
        document_id,
        max(days_since) as longest_hole_days
    from (
        select
            document_id,
            date - lag(date) over (partition by document_id order by date) as days_since
        from (select distinct
            document_id,
            date
        from yields) as days
    ) as steps
    group by document_id
)

select
    profile.document_id,
    profile.rows_retracted as yields_gone,
    beside_fred.share_unlike_fred,
    names_turned.off_the_line_if_turned,
    gaps.market_days_missing,
    holes.longest_hole_days,
    if(restated.yields_restated >= 20, restated.yields_restated / restated.yields_known, null) as share_restated,
    if(restated.yields_restated >= 20, null, restated.yields_restated) as yields_restated,
    greatest(0, profile.newest_period_before - profile.newest_period) as days_gone_back
from profile_treasury_par_yields as profile
left join restated on profile.document_id = restated.document_id
left join beside_fred on profile.document_id = beside_fred.document_id
left join names_turned on profile.document_id = names_turned.document_id
left join gaps on profile.document_id = gaps.document_id
left join holes on profile.document_id = holes.document_id
