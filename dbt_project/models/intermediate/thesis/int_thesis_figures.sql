-- Grain: one row per view (`then` or `now`), country and month.
-- Total holdings as known on the day of the claims (`then`) and as known now. If the press quoted a first print, `then` uses it.
with cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

holdings as (
    select * from {{ ref('fct_holdings') }}
    where instrument = 'total'
),

vintages as (
    select * from {{ ref('fct_holdings_vintages') }}
    where instrument = 'total'
),

claim_day as (
    select max(claimed_on) as claimed_on
    from {{ ref('thesis_claims') }}
),

vintages_then as (
    select
        vintages.*,
        row_number() over (
            partition by vintages.country_code, vintages.month_end order by vintages.known_at desc
        ) as recency
    from vintages
    cross join claim_day
    where vintages.known_at < claim_day.claimed_on + interval '1 day'
),

quoted_then as (
    select
        quoted.country_code,
        quoted.month_end,
        quoted.holdings_usd_bn,
        row_number() over (partition by quoted.country_code, quoted.month_end order by quoted.released_on desc) as recency
    from {{ ref('stg_tic__first_prints') }} as quoted
    cross join claim_day
    cross join cutoff
    where
        quoted.released_on <= claim_day.claimed_on
        and {{ end_of_release('quoted.released_on') }} < cutoff.known_before
),

both_views as (
    select
        'then' as seen,
        vintages_then.country_code,
        vintages_then.country,
        vintages_then.month_end,
        coalesce(quoted_then.holdings_usd_bn, vintages_then.holdings_usd_bn) as holdings_usd_bn,
        vintages_then.net_sales_usd_bn,
        cast(null as decimal(18, 3)) as valuation_change_usd_bn,
        cast(null as decimal(18, 3)) as other_change_usd_bn,
        case when quoted_then.holdings_usd_bn is not null then 'quoted' else vintages_then.vintage_basis end as basis,
        vintages_then.known_at
    from vintages_then
    left join quoted_then
        on
            vintages_then.country_code = quoted_then.country_code
            and vintages_then.month_end = quoted_then.month_end
            and quoted_then.recency = 1
    where vintages_then.recency = 1 and vintages_then.holdings_usd_bn is not null
    union all
    select
        'now' as seen,
        country_code,
        country,
        month_end,
        holdings_usd_bn,
        net_sales_usd_bn,
        valuation_change_usd_bn,
        other_change_usd_bn,
        vintage_basis as basis,
        known_at
    from holdings
)

select
    *,
    cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number
from both_views
