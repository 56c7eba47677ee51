-- Grain: one row per measure and date.
-- What markets say about the months ahead, as first published: the mean of four Treasury yields, and Treasuries in custody at
-- the Fed for foreign officials.
with vintages as (
    select
        series_id,
        date,
        cast(value as double) as value,
        known_at,
        row_number() over (partition by series_id, date order by known_at) as vintage_number
    from {{ ref('fct_observation_vintages') }}
    where
        series_id in ('DGS2', 'DGS5', 'DGS10', 'DGS30', 'WMTSECL1')
        and value is not null
        and date >= date '2008-11-01'
),

first_values as (
    select * from vintages
    where vintage_number = 1
),

-- A day without one of the four yields is left out: a mean of three is another measure.
yields as (
    select
        'mean_yield_pct' as measure,
        date,
        {{ exact_mean('value') }} as value,
        max(known_at) as known_at
    from first_values
    where series_id <> 'WMTSECL1'
    group by date
    having count(*) = 4
),

custody as (
    select
        'custody_usd_bn' as measure,
        date,
        value / 1000 as value,
        known_at
    from first_values
    where series_id = 'WMTSECL1'
)

select * from yields
union all
select * from custody
