-- Grain: one row per trading day and indicator.
-- Percentile of the value among those so far, or of the last ten years, and its score: -ln(1 - probability), which is 1 on an
-- average day, 2.3 at the 90th percentile and 4.6 at the 99th. Needs a year of history.
with indicators as (
    select * from {{ ref('int_stress_index_4_indicators') }}
),

placed as (
    {% for history, rows_back in [('all', 'unbounded'), ('ten_years', 2519)] -%}
        select
            *,
            {{ expanding_probability('value', 'indicator', 'date', rows_back) }} as probability,
            count(*) over (
                partition by indicator order by date rows between unbounded preceding and current row
            ) as values_so_far
        from indicators
        where ranked_over = '{{ history }}'
        {%- if not loop.last %}
            union all
        {%- endif %}
    {% endfor -%}
)

select
    date,
    indicator,
    stage,
    unit,
    series_id,
    value,
    lit_above,
    observation_date,
    known_at,
    probability,
    -ln(1 - probability) as score
from placed
where values_so_far >= 252
