-- Grain: one row per trading day with missing indicators.
-- Indicators that had a value within the last 60 trading days and have none on the day: their input is not there, or too old.
with days as (
    select
        date,
        row_number() over (order by date) as day_number
    from {{ ref('int_stress_index_1_days') }}
),

indicators as (
    select
        indicators.indicator,
        days.day_number,
        lead(days.day_number) over (partition by indicators.indicator order by days.day_number) as next_day_number
    from {{ ref('int_stress_index_4_indicators') }} as indicators
    inner join days on indicators.date = days.date
),

gaps as (
    select * from indicators
    where next_day_number > day_number + 1 or next_day_number is null
)

select
    days.date,
    {{ dbt.listagg('gaps.indicator', "', '", 'order by gaps.indicator') }} as missing_indicators
from gaps
inner join days
    on
        gaps.day_number < days.day_number
        and gaps.day_number + 60 >= days.day_number
        and (gaps.next_day_number is null or gaps.next_day_number > days.day_number)
group by days.date
