-- Grain: one row per country and month, for holders with a cycle.
-- Compares the monthly change in holdings with the usual change for that month, from the holder's earlier history.
{#
    Two cycles are tried: the month of the quarter over three years (Canada's holdings fall at the ends of its banks' fiscal
    quarters) and the month of the year over ten. A cycle exists if the months differ by more than chance would let them once in a
    hundred times: Fisher's F of the monthly changes, grouped by place in the cycle. The band is the mean of the same place, plus
    and minus 1.645 standard deviations around the means of all places.
#}
{% set cycles = {
    'quarter': {'places': 3, 'months': 36, 'needed': 30, 'f': 5.5},
    'year': {'places': 12, 'months': 120, 'needed': 108, 'f': 2.45}
} %}
with holdings as (
    select
        holdings.country_code,
        holdings.country,
        holdings.month_end,
        holdings.month_number,
        holdings.basis_number,
        holdings.holdings_usd_bn,
        holdings.known_at
    from {{ ref('int_holdings_on_one_basis') }} as holdings
    inner join {{ ref('dim_country') }} as countries on holdings.country_code = countries.country_code
    where holdings.instrument = 'total' and not countries.is_aggregate
),

-- In exact decimals: sums of doubles would differ between builds.
changes as (
    select
        *,
        case
            when month_number - lag(month_number) over months = 1
                then
                    cast(
                        100 * cast(holdings_usd_bn - lag(holdings_usd_bn) over months as double)
                        / cast(nullif(lag(holdings_usd_bn) over months, 0) as double) as decimal(18, 6)
                    )
        end as change_pct
    from holdings
    window months as (partition by country_code, basis_number order by month_number)
),

{% for cycle, of_cycle in cycles.items() %}
    sums_of_{{ cycle }} as (
        select
            *,
            count(change_pct) over before as n,
            sum(change_pct) over before as total,
            sum(cast(cast(change_pct as double) * cast(change_pct as double) as decimal(38, 6))) over before as squares,
            max(known_at) over before as known_before_at,
            {%- for place in range(of_cycle.places) %}
                {%- set of_place = 'case when month_number % ' ~ of_cycle.places ~ ' = ' ~ place ~ ' then change_pct end' %}
                count({{ of_place }}) over before as n_{{ place }},
                sum({{ of_place }}) over before as total_{{ place }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from changes
        window
            before as (
                partition by country_code order by month_number
                range between {{ of_cycle.months }} preceding and 1 preceding
            )
    ),

    means_of_{{ cycle }} as (
        select
            country_code,
            month_end,
            n,
            known_before_at,
            -- Sums of squares: in all, and between the places of the cycle.
            cast(squares as double) - cast(total as double) * cast(total as double) / n as all_squares,
            {%- for place in range(of_cycle.places) %}
                {{ '+ ' if not loop.first }}cast(total_{{ place }} as double) * cast(total_{{ place }} as double) / n_{{ place }}
            {%- endfor %}
            - cast(total as double) * cast(total as double) / n as between_squares,
            case month_number % {{ of_cycle.places }}
                {%- for place in range(of_cycle.places) %}
                    when {{ place }} then cast(total_{{ place }} as double) / n_{{ place }}
                {%- endfor %}
            end as usual_pct
        from sums_of_{{ cycle }}
        where
            n >= {{ of_cycle.needed }}
            {%- for place in range(of_cycle.places) %}
                and n_{{ place }} > 0
            {%- endfor %}
    ),

    bands_of_{{ cycle }} as (
        select
            country_code,
            month_end,
            usual_pct,
            known_before_at,
            between_squares / {{ of_cycle.places - 1 }}
            / nullif((all_squares - between_squares) / (n - {{ of_cycle.places }}), 0) as f,
            1.645 * sqrt(greatest(all_squares - between_squares, 0) / (n - {{ of_cycle.places }})) as half_width_pct
        from means_of_{{ cycle }}
    ),

{% endfor %}
chosen as (
    select
        changes.country_code,
        changes.country,
        changes.month_end,
        changes.holdings_usd_bn,
        changes.change_pct,
        case
            {%- for cycle, of_cycle in cycles.items() %}
                when bands_of_{{ cycle }}.f >= {{ of_cycle.f }} then '{{ cycle }}'
            {%- endfor %}
        end as cycle_length,
        {%- for column in ['usual_pct', 'half_width_pct', 'f'] %}
            case
                {%- for cycle, of_cycle in cycles.items() %}
                    when bands_of_{{ cycle }}.f >= {{ of_cycle.f }} then bands_of_{{ cycle }}.{{ column }}
                {%- endfor %}
            end as {{ column }},
        {%- endfor %}
        greatest(
            changes.known_at,
            coalesce(bands_of_quarter.known_before_at, changes.known_at),
            coalesce(bands_of_year.known_before_at, changes.known_at)
        ) as known_at
    from
        changes
    {%- for cycle in cycles %}
    left join bands_of_{{ cycle }}
        on
            changes.country_code = bands_of_{{ cycle }}.country_code
            and changes.month_end = bands_of_{{ cycle }}.month_end
    {%- endfor %}
)

select
    country_code,
    country,
    month_end,
    holdings_usd_bn,
    {{ rounded('cast(change_pct as double)', 4) }} as change_1m_pct,
    cycle_length,
    {{ rounded('usual_pct', 4) }} as usual_change_1m_pct,
    {{ rounded('usual_pct - half_width_pct', 4) }} as usual_low_1m_pct,
    {{ rounded('usual_pct + half_width_pct', 4) }} as usual_high_1m_pct,
    {{ rounded('f', 2) }} as cycle_f,
    abs(cast(change_pct as double) - usual_pct) <= half_width_pct as is_usual_for_the_month,
    known_at
from chosen
where cycle_length is not null
order by country_code, month_end
