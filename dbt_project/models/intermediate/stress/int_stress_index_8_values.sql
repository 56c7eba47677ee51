-- Grain: one row per trading day and composite.
-- The linear and systemic index, with their percentiles among the days so far.
with composites as (
    select * from {{ ref('int_stress_index_7_composites') }}
),

added_up as (
    select
        date,
        composite,
        max(coverage) as coverage,
        {{ exact_sum('contribution') }} as linear,
        {{ exact_sum('systemic_contribution') }} as systemic
    from composites
    group by date, composite
),

placed as (
    select
        *,
        {{ expanding_probability('linear', 'composite', 'date') }} as linear_percentile,
        {{ expanding_probability('linear', 'composite', 'date', 1259) }} as linear_percentile_5y,
        {{ expanding_probability('systemic', 'composite', 'date') }} as systemic_percentile,
        {{ expanding_probability('systemic', 'composite', 'date', 1259) }} as systemic_percentile_5y,
        count(*) over (partition by composite order by date rows between unbounded preceding and current row) as days_so_far
    from added_up
)

select
    date,
    composite,
    coverage,
    linear,
    systemic,
    systemic / nullif(linear, 0) as index_breadth,
    case when days_so_far >= 252 then linear_percentile end as linear_percentile,
    case when days_so_far >= 252 then linear_percentile_5y end as linear_percentile_5y,
    case when days_so_far >= 252 then systemic_percentile end as systemic_percentile,
    case when days_so_far >= 252 then systemic_percentile_5y end as systemic_percentile_5y
from placed
