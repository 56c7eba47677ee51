-- Grain: one row per month.
-- Treasuries of the Federal Reserve at the end of the month, at face value. It publishes Wednesdays: the figure lies on the line
-- between the Wednesdays on both sides of the month's end.
with wednesdays as (
    select
        observations.date,
        observations.known_at,
        observations.value
        * case when series.units like 'Millions%' then 0.001 when series.units like 'Billions%' then 1.0 end as usd_bn
    from {{ ref('fct_observations') }} as observations
    inner join {{ ref('dim_series') }} as series on observations.series_id = series.series_id
    where observations.series_id = 'TREAST' and observations.value is not null
),

pairs as (
    select
        date as next_date,
        usd_bn as next_usd_bn,
        lag(date) over (order by date) as last_date,
        lag(usd_bn) over (order by date) as last_usd_bn,
        greatest(known_at, lag(known_at) over (order by date)) as known_at
    from wednesdays
)

select
    known_at,
    cast(
        last_usd_bn
        + (next_usd_bn - last_usd_bn) * (extract(day from last_day(last_date)) - extract(day from last_date)) / 7.0
        as decimal(18, 3)
    ) as holdings_usd_bn,
    last_day(last_date) as month_end
from pairs
where
    -- Without a missing week between them.
    next_date = last_date + interval '7 days'
    and next_date > last_day(last_date)
