-- Grain: one row per trading day, composite and stage.
-- Weight of each stage in the composites, and its contribution to the linear and systemic index. The linear index is the
-- weighted mean of the scores present. The systemic index is sqrt(sum over i, j of w_i s_i r_ij w_j s_j), where r is the
-- correlation of two stages over the last 252 trading days.
with stages as (
    select * from {{ ref('int_stress_index_6_stages') }}
),

listed as (
    select * from {{ ref('stress_stages') }}
),

weights as (
    select
        'core' as composite,
        stage,
        core_weight as weight
    from listed
    where core_weight > 0
    union all
    select
        'cascade' as composite,
        stage,
        cascade_weight as weight
    from listed
    where cascade_weight > 0
),

weighted as (
    select
        stages.date,
        weights.composite,
        stages.stage,
        stages.score,
        weights.weight as full_weight,
        {{ exact_sum('weights.weight', 'partition by stages.date, weights.composite') }} as coverage
    from stages
    inner join weights on stages.stage = weights.stage
),

shared_out as (
    select
        *,
        full_weight / coverage as weight
    from weighted
),

-- Not centred on the mean: two stages that are both always above 0.5 count as moving together.
centred as (
    select
        date,
        stage,
        probability - 0.5 as deviation
    from stages
),

products as (
    select
        one.date,
        one.stage,
        other.stage as other_stage,
        one.deviation * other.deviation as product,
        one.deviation * one.deviation as square,
        other.deviation * other.deviation as other_square
    from centred as one
    inner join centred as other on one.date = other.date and one.stage < other.stage
),

over_a_year as (
    select
        date,
        stage,
        other_stage,
        count(*) over year_window as days_together,
        {{ exact_sum('product', 'year_window') }} as sum_of_products,
        {{ exact_sum('square', 'year_window') }} as sum_of_squares,
        {{ exact_sum('other_square', 'year_window') }} as sum_of_other_squares
    from products
    window year_window as (partition by stage, other_stage order by date rows between 251 preceding and current row)
),

correlations as (
    select
        date,
        stage,
        other_stage,
        case
            when days_together >= 126
                then coalesce(sum_of_products / nullif(sqrt(sum_of_squares * sum_of_other_squares), 0), 0)
            else 0
        end as co_movement
    from over_a_year
),

both_ways as (
    select
        date,
        stage,
        other_stage,
        co_movement
    from correlations
    union all
    -- The same pairs in the other order.
    select
        date,
        other_stage,
        stage,
        co_movement
    from correlations
    union all
    select
        date,
        stage,
        stage as other_stage,
        1 as co_movement
    from centred
),

together as (
    select
        one.date,
        one.composite,
        one.stage,
        {{ exact_sum('one.weight * one.score * both_ways.co_movement * other.weight * other.score') }} as share_of_square
    from shared_out as one
    inner join both_ways on one.date = both_ways.date and one.stage = both_ways.stage
    inner join shared_out as other
        on one.date = other.date and one.composite = other.composite and both_ways.other_stage = other.stage
    group by one.date, one.composite, one.stage
),

with_square as (
    select
        *,
        {{ exact_sum('share_of_square', 'partition by date, composite') }} as square
    from together
)

select
    shared_out.date,
    shared_out.composite,
    shared_out.stage,
    shared_out.weight,
    shared_out.coverage,
    shared_out.weight * shared_out.score as contribution,
    -- Euler's rule: the parts add up to the square root.
    round(with_square.share_of_square / nullif(sqrt(greatest(with_square.square, 0)), 0), 12) as systemic_contribution
from shared_out
inner join with_square
    on
        shared_out.date = with_square.date
        and shared_out.composite = with_square.composite
        and shared_out.stage = with_square.stage
where shared_out.coverage >= 0.60 - 1e-9
