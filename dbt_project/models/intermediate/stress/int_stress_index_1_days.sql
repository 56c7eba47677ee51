-- Grain: one row per trading day.
-- Days since 1986 with the time up to which they may use data: 02:00 UTC of the next day. Days of the New York Stock Exchange,
-- or of the bond market before the first equity series.
with known as (
    select
        series_id,
        date
    from {{ ref('int_observation_vintages') }}
    where series_id in ('SP500', 'VIXCLS', 'DGS10') and value is not null and date >= date '1986-01-01'
    group by series_id, date
),

first_equity_day as (
    select coalesce(min(date), date '9999-12-31') as first_day
    from known
    where series_id in ('SP500', 'VIXCLS')
),

days as (
    select distinct known.date
    from known
    cross join first_equity_day
    where known.series_id in ('SP500', 'VIXCLS') or known.date < first_equity_day.first_day
),

with_moment as (
    select
        date,
        {{ day_is_over('date') }} as looks_until
    from days
)

select
    date,
    looks_until
from with_moment
where looks_until <= (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
