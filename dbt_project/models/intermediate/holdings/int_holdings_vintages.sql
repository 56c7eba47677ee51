-- Grain: one row per country, month, instrument and known_at.
-- At any time, the value from the best source known so far: table 3, then slt3d, then mfhhis01, then a first
-- print, then table 1.
with known as (
    select * from {{ ref('int_holdings_corrected') }}
),

best_so_far as (
    select
        *,
        min(precedence) over (
            partition by country_code, month_end, instrument order by known_at
            range between unbounded preceding and current row
        ) as best_precedence
    from known
),

current_values as (
    select
        *,
        row_number() over (
            partition by country_code, month_end, instrument, known_at order by published_at desc
        ) as same_moment
    from best_so_far
    where precedence = best_precedence
)

select
    country_code,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    source_series,
    released_on,
    known_at,
    vintage_basis,
    correction_id
from current_values
where same_moment = 1
