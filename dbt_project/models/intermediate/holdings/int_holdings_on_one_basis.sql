-- Grain: one row per country, month and instrument.
-- Holdings with the number of their basis and month.
with holdings as (
    select
        *,
        lag(source_series) over (partition by country_code, instrument order by month_end) as previous_source_series
    from {{ ref('fct_holdings') }}
)

select
    country_code,
    country,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    source_series,
    is_break,
    released_on,
    known_at,
    vintage_basis,
    correction_id,
    other_change_usd_bn,
    -- Months since the last re-basing share a basis. The newest month of table 1 has one of its own: it belongs to another
    -- release than the months before it.
    cast(
        sum(
            case when is_break or (source_series = 'slt_table1' and previous_source_series <> 'slt_table1') then 1 else 0 end
        ) over (
            partition by country_code, instrument order by month_end rows unbounded preceding
        ) as integer
    ) as basis_number,
    cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number
from holdings
