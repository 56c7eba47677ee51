-- Grain: a country, month, instrument and known_at: the continuous history as it was known, step by step. At any moment the
-- statement of the best source known by then stands (table 3, then slt3d, then mfhhis01, then a first print).
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

standing as (
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
from standing
where same_moment = 1
