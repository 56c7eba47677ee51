-- Grain: one row per series, date and known_at.
-- The Treasury's own par yields for dates without a value at FRED.
with par_yields as (
    select * from {{ ref('stg_treasury__par_yields') }}
),

fred as (
    select distinct
        series_id,
        date
    from {{ ref('int_observation_vintages') }}
    where value is not null
),

missing_at_fred as (
    select par_yields.*
    from par_yields
    left join fred on par_yields.series_id = fred.series_id and par_yields.date = fred.date
    where fred.series_id is null and par_yields.value is not null
),

dated as (
    select
        series_id,
        date,
        value,
        retrieved_at,
        row_number() over (partition by series_id, date order by retrieved_at) as statement_number
    from missing_at_fred
),

known as (
    select
        series_id,
        date,
        value,
        retrieved_at,
        case
            when statement_number = 1 then least({{ day_is_over('date') }}, retrieved_at)
            else retrieved_at
        end as known_at
    from dated
)

select
    series_id,
    date,
    value,
    known_at,
    'treasury' as publisher,
    case when known_at < retrieved_at then 'reconstructed' else 'observed' end as vintage_basis
from known
where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
