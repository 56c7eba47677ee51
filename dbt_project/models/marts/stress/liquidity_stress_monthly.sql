-- Grain: one row per month.
-- The stress index over the trading days of the month. The newest month may be incomplete.
{% set composites = {
    'core': ['rates', 'funding', 'credit', 'equities'],
    'cascade': ['foreign_demand', 'rates', 'collateral', 'funding', 'credit', 'equities', 'crypto']
} %}
with days as (
    select
        *,
        last_day(date) as month_end,
        row_number() over (partition by last_day(date) order by date desc) as days_from_the_end
    from {{ ref('liquidity_stress_daily') }}
    where core_linear is not null or cascade_linear is not null
),

stages as (
    select
        *,
        last_day(date) as month_end
    from {{ ref('stress_stage_daily') }}
),

months as (
    select
        month_end,
        count(*) as trading_days,
        {{ exact_sum('core_linear') }} / count(core_linear) as core_linear_mean,
        max(core_linear) as core_linear_max,
        max(case when days_from_the_end = 1 then core_linear end) as core_linear_last,
        {{ exact_sum('core_systemic') }} / count(core_systemic) as core_systemic_mean,
        max(core_systemic) as core_systemic_max,
        max(case when days_from_the_end = 1 then core_systemic end) as core_systemic_last,
        {{ exact_sum('cascade_linear') }} / count(cascade_linear) as cascade_linear_mean,
        max(cascade_linear) as cascade_linear_max,
        max(case when days_from_the_end = 1 then cascade_linear end) as cascade_linear_last,
        {{ exact_sum('cascade_systemic') }} / count(cascade_systemic) as cascade_systemic_mean,
        max(cascade_systemic) as cascade_systemic_max,
        max(case when days_from_the_end = 1 then cascade_systemic end) as cascade_systemic_last,
        sum(case when light = 'amber' then 1 else 0 end) as days_amber,
        sum(case when light = 'red' then 1 else 0 end) as days_red,
        sum(case when is_cascade_active then 1 else 0 end) as days_cascade_active,
        max(known_at) as known_at
    from days
    group by month_end
),

-- Over all days of the month. A missing stage contributes nothing on that day.
contributions as (
    select
        month_end,
        {% for composite, stages_of_it in composites.items() -%}
            {% for stage in stages_of_it -%}
                {{ exact_sum("case when stage = '" ~ stage ~ "' then " ~ composite ~ "_contribution else 0 end") }}
                    as {{ composite }}_{{ stage }},
            {% endfor -%}
        {% endfor -%}
        count(*) as stage_days
    from stages
    group by month_end
),

days_of_each as (
    select
        month_end,
        count(core_linear) as core_days,
        count(cascade_linear) as cascade_days
    from days
    group by month_end
)

select
    months.month_end,
    cast(months.trading_days as integer) as trading_days,
    months.core_linear_mean,
    months.core_linear_last,
    months.core_linear_max,
    months.core_systemic_mean,
    months.core_systemic_last,
    months.core_systemic_max,
    months.cascade_linear_mean,
    months.cascade_linear_last,
    months.cascade_linear_max,
    months.cascade_systemic_mean,
    months.cascade_systemic_last,
    months.cascade_systemic_max,
    cast(months.days_amber as integer) as days_amber,
    cast(months.days_red as integer) as days_red,
    cast(months.days_cascade_active as integer) as days_cascade_active,
    {% for composite, stages_of_it in composites.items() -%}
        {% for stage in stages_of_it -%}
            contributions.{{ composite }}_{{ stage }} / nullif(days_of_each.{{ composite }}_days, 0)
                as {{ composite }}_contribution_of_{{ stage }},
        {% endfor -%}
    {% endfor -%}
    months.known_at
from months
inner join contributions on months.month_end = contributions.month_end
inner join days_of_each on months.month_end = days_of_each.month_end
order by months.month_end
