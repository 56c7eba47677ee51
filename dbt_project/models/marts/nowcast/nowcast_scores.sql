-- Grain: one row per month, holder and day of the statement.
-- Every recorded statement whose month was published later, with the first published figure and how far off it was.
with record as (
    select * from {{ ref('nowcast_record') }}
),

published as (
    select
        country_code,
        month_end,
        holdings_usd_bn,
        known_at,
        vintage_basis,
        row_number() over (partition by country_code, month_end order by known_at) as vintage_number
    from {{ ref('fct_holdings_vintages') }}
    where instrument = 'total' and holdings_usd_bn is not null
),

first_prints as (
    select * from published
    where vintage_number = 1
),

-- A statement after the release is not a forecast.
scored as (
    select
        record.*,
        first_prints.holdings_usd_bn as published_usd_bn,
        first_prints.known_at as published_at,
        first_prints.vintage_basis
    from record
    inner join first_prints
        on
            record.country_code = first_prints.country_code
            and record.target_month = first_prints.month_end
            and record.known_at < first_prints.known_at
)

select
    target_month,
    country_code,
    country,
    made_on,
    horizon_days,
    steps,
    basis,
    last_holdings_usd_bn,
    holdings_q10_usd_bn,
    holdings_q50_usd_bn,
    holdings_q90_usd_bn,
    published_usd_bn,
    cast(published_usd_bn - holdings_q50_usd_bn as decimal(18, 3)) as error_usd_bn,
    cast(published_usd_bn - last_holdings_usd_bn as decimal(18, 3)) as error_no_change_usd_bn,
    (published_usd_bn > last_holdings_usd_bn) = (holdings_q50_usd_bn > last_holdings_usd_bn) as is_sign_right,
    published_usd_bn between holdings_q10_usd_bn and holdings_q90_usd_bn as is_inside_band,
    vintage_basis,
    published_at as known_at
from scored
order by target_month, country_code, made_on
