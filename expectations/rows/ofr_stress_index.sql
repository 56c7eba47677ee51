-- Grain: an offered figure of the stress index that is news, beside its neighbours in time, and what its parts add up to.
with series as (
    select
        published_name as component,
        kind,
        cast(lowest as double) as lowest,
        cast(highest as double) as highest
    from seed_observation_series
    where source_table = 'ofr_stress_index'
),

-- The index of each document and day, and the sums of its parts.
sums as (
    select
        offered.document_id,
        offered.date,
        any_value(offered.value) filter (where series.kind = 'index') as whole,
        if(
            count(offered.value) filter (where series.kind = 'category') = 5,
            sum(offered.value) filter (where series.kind = 'category'),
            null
        ) as of_categories,
        if(
            count(offered.value) filter (where series.kind = 'region') = 3,
            sum(offered.value) filter (where series.kind = 'region'),
            null
        ) as of_regions
    from offered_ofr_stress_index as offered
    inner join series on offered.component = series.component
    group by offered.document_id, offered.date
),

in_order as (
    select
        row_number,
        cast(lag(value) over days as double) as previous,
        cast(lead(value) over days as double) as next_value
    from offered_ofr_stress_index
    where value is not null
    window days as (partition by document_id, component order by date)
),

said as (
    select
        document_id,
        component,
        date,
        count(*) as times_said
    from offered_ofr_stress_index
    group by document_id, component, date
),

news as (
    select
        row_number,
        document_id,
        line_number,
        component,
        date,
        cast(retrieved_at as date) as retrieved_on,
        cast(value as double) as value,
        cast(value_before as double) as value_before
    from offered_ofr_stress_index
    where is_news
)

select
    news.row_number,
    news.document_id,
    news.line_number,
    news.component,
    news.date,
    news.value,
    said.times_said,
    series.kind as kind_of_component,
    greatest(0, news.date - news.retrieved_on) as days_after_retrieval,
    case when isodow(news.date) >= 6 then dayname(news.date) end as day_of_weekend,
    if(news.value < series.lowest, news.value, null) as value_below_bound,
    if(news.value > series.highest, news.value, null) as value_above_bound,
    round(
        case
            when news.value between least(in_order.previous, in_order.next_value) and greatest(in_order.previous, in_order.next_value)
                then 0
            else least(abs(news.value - in_order.previous), abs(news.value - in_order.next_value))
        end,
        6
    ) as departure,
    round(abs(cast(sums.whole - sums.of_categories as double)), 6) as categories_differ_by,
    round(abs(cast(sums.whole - sums.of_regions as double)), 6) as regions_differ_by,
    if(news.value is null, news.value_before, null) as value_taken_back
from news
inner join said
    on
        news.document_id = said.document_id
        and news.component is not distinct from said.component
        and news.date is not distinct from said.date
left join series on news.component = series.component
left join sums on news.document_id = sums.document_id and news.date = sums.date
left join in_order on news.row_number = in_order.row_number
