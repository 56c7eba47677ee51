-- FRED's series: the next period after the newest one, and the day on which it is due. A series that has ended is never
-- late.
-- uses: asked, seed_fred_series, raw.fred_observations
with series as (
    select
        asked.source,
        asked.dataset,
        asked.answered_on,
        catalogue.calendar,
        cast(catalogue.publication_lag_days as integer) as publication_lag_days,
        max(observations.date) as newest_date
    from asked
    inner join seed_fred_series as catalogue on asked.dataset = catalogue.series_id
    inner join raw.fred_observations as observations on asked.dataset = observations.series_id
    where asked.source = 'fred' and observations.value is not null and catalogue.title not ilike '%discontinued%'
    group by asked.source, asked.dataset, asked.answered_on, catalogue.calendar, catalogue.publication_lag_days
),

next_dates as (
    select
        *,
        cast(
            case calendar
                when 'business'
                    then newest_date + to_days(case dayofweek(newest_date) when 5 then 3 when 6 then 2 else 1 end)
                when 'weekly_wednesday'
                    then newest_date + to_days(cast((9 - dayofweek(newest_date)) % 7 + 1 as integer))
                when 'weekly_friday'
                    then newest_date + to_days(cast((11 - dayofweek(newest_date)) % 7 + 1 as integer))
                when 'monthly' then newest_date + interval 1 month
                when 'quarterly' then newest_date + interval 3 month
                else newest_date + interval 1 day
            end as date
        ) as next_date
    from series
)

select
    source,
    dataset,
    answered_on,
    calendar,
    newest_date,
    next_date,
    greatest(
        answered_on - (
            next_date + publication_lag_days
            + if(
                calendar in ('business', 'daily'),
                case dayofweek(next_date + publication_lag_days) when 6 then 2 when 0 then 1 else 0 end,
                0
            )
        ),
        0
    ) as days_late
from next_dates
