-- Grain: an offered par yield that is news, beside its neighbours in time and on the curve, and FRED's figure.
with tenors as (
    select
        listed.tenor,
        listed.months,
        row_number() over (order by listed.months) as place
    from (
        values
        ('1 Mo', 1.0), ('1.5 Month', 1.5), ('2 Mo', 2), ('3 Mo', 3), ('4 Mo', 4), ('6 Mo', 6), ('1 Yr', 12),
        ('2 Yr', 24), ('3 Yr', 36), ('5 Yr', 60), ('7 Yr', 84), ('10 Yr', 120), ('20 Yr', 240), ('30 Yr', 360)
    ) as listed (tenor, months)
),

fred_series as (
    select
        series_id,
        cast(largest_spike as double) as largest_spike,
        cast(largest_move as double) as largest_move,
        cast(largest_revision as double) as largest_revision
    from seed_fred_series
),

twins as (
    select
        identities.minuend as tenor,
        identities.series_id,
        cast(identities.equal_since as date) as equal_since,
        fred_series.largest_spike,
        fred_series.largest_move
    from seed_fred_identities as identities
    inner join tenors on identities.minuend = tenors.tenor
    inner join fred_series on identities.series_id = fred_series.series_id
),

---------- what would stand

standing as (
    select
        tenor,
        date,
        cast(value as double) as value
    from latest_treasury_par_yields
    where value is not null
),

in_order as (
    select
        tenor,
        date,
        value,
        lag(value) over days as previous,
        lag(date) over days as previous_date,
        lag(value, 2) over days as previous_but_one,
        lead(value) over days as next_value,
        lead(date) over days as next_date,
        lead(value, 2) over days as next_value_but_one
    from standing
    window days as (partition by tenor order by date)
),

-- At an end, and at a hole, the two nearest on the one side stand for the neighbours.
beside as (
    select
        tenor,
        date,
        value,
        coalesce(date - previous_date <= 10 and next_date - date <= 10, false) as is_inside,
        case
            when date - previous_date <= 10 then previous
            when next_date - date <= 10 then next_value_but_one
        end as one,
        case
            when next_date - date <= 10 then next_value
            when date - previous_date <= 10 then previous_but_one
        end as other
    from in_order
),

on_the_curve as (
    select
        standing.tenor,
        standing.date,
        standing.value,
        tenors.months,
        lag(standing.value) over curve as shorter,
        lag(tenors.months) over curve as shorter_months,
        lead(standing.value) over curve as longer,
        lead(tenors.months) over curve as longer_months
    from standing
    inner join tenors on standing.tenor = tenors.tenor
    window curve as (partition by standing.date order by tenors.months)
),

distances as (
    select
        tenor,
        date,
        months,
        abs(
            value - shorter
            - (longer - shorter) * ln(months / shorter_months) / ln(longer_months / shorter_months)
        ) as distance
    from on_the_curve
),

-- A wrong yield bends the curve at its neighbours, too, but most at its own place.
off_the_curve as (
    select
        tenor,
        date,
        if(
            distance >= coalesce(lag(distance) over curve, 0) and distance >= coalesce(lead(distance) over curve, 0),
            distance,
            null
        ) as distance_from_curve
    from distances
    window curve as (partition by date order by months)
),

---------- what FRED says of it

fred as (
    select
        twins.tenor,
        observations.date,
        cast(observations.value as double) as value
    from latest_fred_observations as observations
    inner join twins on observations.series_id = twins.series_id
    where observations.value is not null and observations.date >= twins.equal_since
),

said as (
    select
        document_id,
        tenor,
        date,
        count(*) as times_said
    from offered_treasury_par_yields
    group by document_id, tenor, date
),

news as (
    select
        row_number,
        document_id,
        line_number,
        tenor,
        date,
        cast(retrieved_at as date) as retrieved_on,
        cast(value as double) as value,
        cast(value_before as double) as value_before,
        isodow(date) as weekday,
        month(date) * 100 + day(date) as month_and_day
    from offered_treasury_par_yields
    where is_news
)

select
    news.row_number,
    news.document_id,
    news.line_number,
    news.tenor,
    news.date,
    news.value,
    news.value_before,
    said.times_said,
    tenors.place as place_on_curve,
    beside.one as value_of_neighbour,
    beside.other as value_of_other_neighbour,
    greatest(0, news.date - news.retrieved_on) as days_after_retrieval,
    case
        when news.weekday >= 6 then dayname(news.date)
        when
            news.month_and_day in (101, 704, 1225)
            or (news.weekday = 1 and news.month_and_day in (102, 705, 1226))
            or (news.weekday = 1 and news.month_and_day between 525 and 531)
            or (news.weekday = 1 and news.month_and_day between 901 and 907)
            or (news.weekday = 4 and news.month_and_day between 1122 and 1128)
            then 'holiday'
    end as wrong_day,
    case
        when beside.value is null or beside.value <> news.value then null
        when beside.value between least(beside.one, beside.other) and greatest(beside.one, beside.other) then 0
        else round(least(abs(beside.value - beside.one), abs(beside.value - beside.other)), 4)
    end as departure,
    if(beside.is_inside, coalesce(twins.largest_spike, 1.2), coalesce(twins.largest_move, 3.5)) as largest_departure,
    round(off_the_curve.distance_from_curve, 4) as distance_from_curve,
    round(news.value - fred.value, 4) as difference_from_fred,
    if(news.value is null, news.value_before, null) as value_taken_back,
    round(abs(news.value - news.value_before), 4) as restatement
from news
inner join said
    on
        news.document_id = said.document_id
        and news.tenor is not distinct from said.tenor
        and news.date is not distinct from said.date
left join tenors on news.tenor = tenors.tenor
left join twins on news.tenor = twins.tenor
left join fred on news.tenor = fred.tenor and news.date = fred.date
left join beside on news.tenor = beside.tenor and news.date = beside.date
left join off_the_curve on news.tenor = off_the_curve.tenor and news.date = off_the_curve.date
