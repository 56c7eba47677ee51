-- Grain: a month: what its trading days say of the stress index; the newest month is not over yet.
{% set core_stages = ['rates', 'funding', 'credit', 'equities'] %}
{% set cascade_stages = ['foreign_demand', 'rates', 'collateral', 'funding', 'credit', 'equities', 'crypto'] %}
with days as (
    select
        *,
        last_day(date) as month_end,
        row_number() over (partition by last_day(date) order by date desc) as days_from_the_end
    from {{ ref('liquidity_stress_daily') }}
    where core is not null or cascade is not null
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
        avg(core) as core_mean,
        max(core) as core_max,
        max(case when days_from_the_end = 1 then core end) as core_last,
        avg(core_systemic) as core_systemic_mean,
        max(core_systemic) as core_systemic_max,
        max(case when days_from_the_end = 1 then core_systemic end) as core_systemic_last,
        avg(cascade) as cascade_mean,
        max(cascade) as cascade_max,
        max(case when days_from_the_end = 1 then cascade end) as cascade_last,
        avg(cascade_systemic) as cascade_systemic_mean,
        max(cascade_systemic) as cascade_systemic_max,
        max(case when days_from_the_end = 1 then cascade_systemic end) as cascade_systemic_last,
        sum(case when light = 'amber' then 1 else 0 end) as days_amber,
        sum(case when light = 'red' then 1 else 0 end) as days_red,
        sum(case when is_cascade_active then 1 else 0 end) as days_cascade_active,
        max(known_at) as known_at
    from days
    group by month_end
),

-- Over all days of the month: a stage that was not there on a day added nothing on it.
contributions as (
    select
        month_end,
        {% for stage in core_stages -%}
            sum(case when stage = '{{ stage }}' then core_contribution else 0 end) as core_{{ stage }},
        {% endfor -%}
        {% for stage in cascade_stages -%}
            sum(case when stage = '{{ stage }}' then cascade_contribution else 0 end) as cascade_{{ stage }}{{ ',' if not loop.last }}
        {% endfor %}
    from stages
    group by month_end
),

days_of_each as (
    select
        month_end,
        count(core) as core_days,
        count(cascade) as cascade_days
    from days
    group by month_end
)

select
    months.month_end,
    cast(months.trading_days as integer) as trading_days,
    months.core_mean,
    months.core_last,
    months.core_max,
    months.core_systemic_mean,
    months.core_systemic_last,
    months.core_systemic_max,
    months.cascade_mean,
    months.cascade_last,
    months.cascade_max,
    months.cascade_systemic_mean,
    months.cascade_systemic_last,
    months.cascade_systemic_max,
    cast(months.days_amber as integer) as days_amber,
    cast(months.days_red as integer) as days_red,
    cast(months.days_cascade_active as integer) as days_cascade_active,
    {% for stage in core_stages -%}
        contributions.core_{{ stage }} / nullif(days_of_each.core_days, 0) as core_contribution_of_{{ stage }},
    {% endfor -%}
    {% for stage in cascade_stages -%}
        contributions.cascade_{{ stage }} / nullif(days_of_each.cascade_days, 0) as cascade_contribution_of_{{ stage }},
    {% endfor -%}
    months.known_at
from months
inner join contributions on months.month_end = contributions.month_end
inner join days_of_each on months.month_end = days_of_each.month_end
order by months.month_end
