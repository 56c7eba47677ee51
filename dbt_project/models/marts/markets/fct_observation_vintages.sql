-- Grain: one row per series, date and known_at.
-- Every published value. A null value was withdrawn by the publisher.
with fred as (
    select * from {{ ref('int_observation_vintages') }}
),

fallback as (
    select * from {{ ref('int_par_yield_fallback') }}
),

everything as (
    select
        series_id,
        date,
        value,
        known_at,
        vintage_basis,
        publisher,
        correction_id
    from fred
    union all
    select
        series_id,
        date,
        value,
        known_at,
        vintage_basis,
        publisher,
        cast(null as {{ dbt.type_string() }}) as correction_id
    from fallback
)

select
    series_id,
    date,
    cast(value as double) as value,
    known_at,
    vintage_basis,
    publisher,
    correction_id
from everything
order by series_id, date, known_at
