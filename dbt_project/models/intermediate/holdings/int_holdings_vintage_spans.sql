-- Grain: one row per country, month and vintage.
-- Total holdings with the span of time over which each vintage was the current one.
with vintages as (
    select * from {{ ref('fct_holdings_vintages') }}
    where instrument = 'total'
)

select
    country_code,
    country,
    month_end,
    holdings_usd_bn,
    source_series,
    vintage_basis,
    is_break,
    known_at as valid_from,
    cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number,
    -- Half of the last digit that the file prints.
    cast(
        case when source_series in ('mfhhis01', 'mfh', 'first_print') then 0.05 else 0.0005 end as decimal(18, 4)
    ) as rounding_usd_bn,
    coalesce(
        lead(known_at) over (partition by country_code, month_end order by known_at), timestamp '9999-12-31 00:00:00'
    ) as valid_until
from vintages
