-- New values of bond series on days on which three other yields have no value, although they have one before and after.
-- uses: news, latest, catalogue
with bond_days as (
    select
        latest.date,
        latest.series_id
    from latest
    inner join catalogue on latest.series_id = catalogue.series_id
    where catalogue.is_bond and latest.value is not null
),

spans as (
    select
        series_id,
        min(date) as first_date,
        max(date) as newest_date
    from bond_days
    group by series_id
),

days_of_news as (
    select distinct
        news.series_id,
        news.date
    from news
    inner join catalogue on news.series_id = catalogue.series_id
    where news.value is not null and catalogue.closed_on = 'bond_market'
),

speakers as (
    select
        date,
        count(*) as series_with_value,
        min(series_id) as one_of_them
    from bond_days
    group by date
)

select
    days_of_news.series_id,
    days_of_news.date
from days_of_news
left join speakers on days_of_news.date = speakers.date
inner join spans
    on days_of_news.series_id <> spans.series_id and days_of_news.date between spans.first_date and spans.newest_date
where
    speakers.date is null
    or (speakers.series_with_value = 1 and speakers.one_of_them = days_of_news.series_id)
group by days_of_news.series_id, days_of_news.date
having count(*) >= 3
